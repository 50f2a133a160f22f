"""Measures the assistant against questions whose answers and pages are known.

Only the assistant's public face is used: questions in, `Answer` values out. What is right is
decided here, from the printed figures, by rules that know nothing of how an answer was made.
"""
