"""From a specification to source code: what all emitters share.

names → identifiers and class names; layout → channels-last propagation; outline → block calls
merged into classes with parameters; body → the statements of a forward pass; writer → lines;
rearrange → how canonical arrays map to a framework's own; base → the emitter that adapters extend.
"""
