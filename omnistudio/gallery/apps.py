from django.apps import AppConfig


class GalleryConfig(AppConfig):
    name = "omnistudio.gallery"
    label = "gallery"
