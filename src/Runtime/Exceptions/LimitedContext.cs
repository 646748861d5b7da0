using System.Runtime.InteropServices;

namespace Mote.Runtime;

/// <summary>The registers of a throwing method that its callers rely on (PAL_LIMITED_CONTEXT). Filled by
/// Arch/X64/Exceptions.S.</summary>
[StructLayout(LayoutKind.Explicit, Size = 0x50)]
internal struct LimitedContext
{
    [FieldOffset(0x00)]
    public nint Ip;

    [FieldOffset(0x08)]
    public nint Rsp;

    [FieldOffset(0x10)]
    public nint Rbp;

    [FieldOffset(0x20)]
    public nint Rbx;

    [FieldOffset(0x30)]
    public nint R12;

    [FieldOffset(0x38)]
    public nint R13;

    [FieldOffset(0x40)]
    public nint R14;

    [FieldOffset(0x48)]
    public nint R15;
}
