namespace Mote.Runtime;

/// <summary>A try clause as the dispatcher wants it (RhEHClause). Offsets count from the method's start.</summary>
// SAFETY: declares pointers, follows none.
internal unsafe struct Clause
{
    public ClauseKind Kind;
    public uint TryStart;
    public uint TryEnd;
    public nint Filter;
    public nint Handler;
    public MethodTable* Type;
}

/// <summary>What a try clause's handler is.</summary>
internal enum ClauseKind
{
    Typed = 0,
    Fault = 1,
    Filter = 2,
}
