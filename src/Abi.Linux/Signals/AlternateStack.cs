using System.Runtime.InteropServices;

namespace Mote.Abi.Linux;

/// <summary>stack_t (sigaltstack(2)).</summary>
[StructLayout(LayoutKind.Sequential, Size = 24)]
public struct AlternateStack
{
    /// <summary>SS_ONSTACK: the thread runs on it now.</summary>
    public const int OnStack = 1;

    /// <summary>SS_DISABLE.</summary>
    public const int Disabled = 2;

    /// <summary>SS_AUTODISARM.</summary>
    public const int AutoDisarm = unchecked((int)0x8000_0000);

    public ulong Pointer;
    public int Flags;
    private readonly int _padding;
    public ulong Size;

    /// <summary>Whether a thread with that stack pointer runs on it, as far as anybody keeps track: with SS_AUTODISARM nobody does.</summary>
    public readonly bool IsInUseAt(ulong stackPointer) => (Flags & AutoDisarm) == 0 && Contains(stackPointer);

    /// <summary>Whether a stack pointer lies on this stack.</summary>
    public readonly bool Contains(ulong stackPointer) => stackPointer > Pointer && stackPointer - Pointer <= Size;
}
