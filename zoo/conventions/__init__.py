"""Who means what: conventions of every framework, measured by asking it.

    questions/        what is asked, a file a section
    asking, measuring the worker's side: an adapter's `conventions` package answers with their help
    specification     the same questions put to parityzoo itself
    run               asks backends through workers
    table             answers, their versions, and what changed between two tables
    report, pages     how it looks on a terminal, as Markdown and as HTML
    recorded.json     the table that documentation shows and `zoo conventions --check` compares with

This file imports nothing, because it is imported in the worker's interpreter too.
"""
