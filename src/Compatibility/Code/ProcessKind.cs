namespace Mote.Compatibility.Code;

/// <summary>What a clone(2) makes.</summary>
internal enum ProcessKind
{
    /// <summary>A thread of the same process.</summary>
    Thread,

    /// <summary>A process with a copy of the memory, as by fork(2).</summary>
    Fork,

    /// <summary>A process that borrows the memory until it starts another program, as by vfork(2).</summary>
    Vfork,
}
