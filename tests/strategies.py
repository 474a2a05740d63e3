"""Random texts in the shape of scraped news, for hypothesis."""

from hypothesis import strategies as st

PIECES = [
    "Moscow", "announced", "Moscowannounced", "the", "the talks", "KYIV (Reuters) - ", "Kyrgyzstan", "was", "a",
    "of", ". ", ", ", " ", "  ", "\n", "\n\n", "\r\n", "\t", "\xa0", "…", "“", "”", "’", "!", "?", ":", " ,",
    "1992.Since", "3-1", "&amp;", "&lt;", "&#8217;", "&", ";", "\ufeff", "\u200b", "\u200d", "&lt;!-- ", "\x00", "â€™",
    "Ã©", "\u2028", "\x1b[31m", "<b>", "</b>", "<br>", "<p class='x'>", "<", ">", "<!--", "-->", "{{fid}}",
    "<![CDATA[", "]]>", "<script>", "</script>", "{", "}", "}}", ".ad{display:none}", "@media(min-width:1px){",
    "content: ”;", "var x = {", "};", "(function(){", "})();", '{"@type":"Person"}', '"name": "x",',
    "window.dataLayer = [];", "//", "/*", "*/",
    "Putin and Japarov during their meeting on Monday. (Sputnik/REUTERS)", " (SPUTNIK/)", "FILE PHOTO: ",
    "Image caption, ", "Keep reading:", "\nKeep reading:\n\n", "SEGUIR LEYENDO:", "Read more: ", "ALSO READ | ",
    "Storm hits the coast", "(With information from AFP and AP)", "Reporting by Ana Ruiz",
    "The president of the republic said so.",
]  # fmt: skip

pieces = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=40).map("".join)
texts = st.one_of(st.text(max_size=80), pieces)
