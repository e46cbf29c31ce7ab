// Every torture suite uses it, and none should have to say so.
@_exported public import TestSupport
