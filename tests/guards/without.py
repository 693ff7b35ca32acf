"""Tests that docs/security.md names and that no guard proves, each with the reason."""

WITHOUT: dict[str, str] = {
    "security/test_document.py": "It holds the document to the tests, and no attacker off.",
    "security/test_guards.py": "It holds this list to the code.",
}
