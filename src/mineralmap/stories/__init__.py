"""The stories that the notebooks tell, one module per question.

A story is made with the parameters of its notebook (day, state, partner); its methods return paragraphs
and tables that are true for them. Every number, name and date comes from the tables when it is asked for.
"""

__all__: list[str] = []
