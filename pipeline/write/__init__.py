"""Writing: blank workbooks, the official form changed in its mapped cells, workings and marked copies.

The last stage but one of a run. Nothing is imported here: who fills a form does not pay for what draws a blank.
"""
