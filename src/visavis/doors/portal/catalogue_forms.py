"""The search's one field."""

from django import forms

from visavis.catalog.search import LONGEST_QUERY


class Question(forms.Form):
    """What somebody looks for; whatever is typed is a question, so nothing is ever refused."""

    q = forms.CharField(required=False, strip=True)

    def words(self) -> str:
        """Return the question, cut to a length that a person would type."""
        typed = self.data.get("q", "") if self.is_bound else ""
        return " ".join(str(typed).replace("\x00", "").split())[:LONGEST_QUERY]
