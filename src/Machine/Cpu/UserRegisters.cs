using System.Runtime.InteropServices;

namespace Mote.Machine;

/// <summary>
/// The program's general registers while the kernel has the CPU. The layout is known to Arch/X64/trap.S. Selectors are not here:
/// they are constants. Whatever is written here, entering user mode loads user selectors and only the flags a program may change.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct UserRegisters
{
    public ulong Rax;
    public ulong Rbx;
    public ulong Rcx;
    public ulong Rdx;
    public ulong Rsi;
    public ulong Rdi;
    public ulong Rbp;
    public ulong R8;
    public ulong R9;
    public ulong R10;
    public ulong R11;
    public ulong R12;
    public ulong R13;
    public ulong R14;
    public ulong R15;
    internal ulong FsBase;
    internal ulong GsBase;
    internal ulong TrapVector;
    internal ulong TrapError;
    public ulong Rip;
    internal ulong Cs;
    public ulong Rflags;
    public ulong Rsp;
    internal ulong Ss;
}
