using System.Runtime.InteropServices;

namespace Mote.Runtime;

/// <summary>An exception in flight (System.Runtime.EH.ExInfo), on the stack of its dispatcher. A kernel thread's form a chain,
/// innermost first.</summary>
// SAFETY: declares pointers, follows none.
[StructLayout(LayoutKind.Explicit, Size = 0x190)]
internal unsafe struct ExInfo
{
    /// <summary>From an ExInfo to the registers that its dispatcher hands to handlers.</summary>
    public const int DisplayOffset = 0x40;

    [FieldOffset(0x00)]
    public ExInfo* Previous;

    [FieldOffset(0x08)]
    public LimitedContext* Context;

    [FieldOffset(0x10)]
    public void* Exception;

    /// <summary>The clause whose handler runs; all ones when none does.</summary>
    [FieldOffset(0x1c)]
    public uint CurrentClause;

    [FieldOffset(0x20)]
    public StackFrameIterator Frames;
}
