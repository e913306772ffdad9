"""The narrative check: what a report says in sentences, read number by number and set against itself or a run.

``document`` nouns · ``read`` a .docx or text → paragraphs · ``sentences`` · ``quantities`` numbers with unit and context ·
``judge`` every check, one module a kind · ``figures``, ``matching`` a run's figures · ``refresh`` the content controls.
"""
