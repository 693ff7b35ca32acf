from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('omnistudio', '0002_counters'),
    ]

    operations = [
        migrations.CreateModel(
            name='Machine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('seen_at', models.DateTimeField()),
                ('free_bytes', models.BigIntegerField(null=True)),
                ('clock_off_seconds', models.FloatField(null=True)),
            ],
        ),
    ]
