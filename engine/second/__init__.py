"""The second engine: SpiffWorkflow, by other people, reads the same diagram and takes the same case again.

What is independent is the interpretation of the diagram: which element follows which, what joins wait for, how often an
activity runs, what a boundary event ends, when a sub-process and a process are over. What is shared with the kernel is
what both are given: FEEL and DMN, the codec of values, the attributes of elements, the rule of scopes. Nothing else in
the project imports SpiffWorkflow (a contract in ``setup.cfg``); where it is wrong is a table: ``defects``.
"""
