"""An office's blank form -> a proposed map and a rubric draft, with everything that could not be placed.

``propose.propose`` is the door: sheets in, a Proposal out; ``map_text`` and ``draft_text`` write it down. Nothing is
guessed: what ``words.yaml`` does not know is listed. Pure; ``adopting.py`` reads and writes the files.
"""
