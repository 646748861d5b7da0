#pragma warning disable CS0649 // written by assembly
using System.Runtime.InteropServices;

namespace Mote.Machine;

/// <summary>Addresses that the linker script and the boot code know (Arch/X64/boot.S, MachineSymbols).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ImageSymbols
{
    public ulong StartInfo;
    public ulong TextStart;
    public ulong TextEnd;
    public ulong RodataStart;
    public ulong RodataEnd;
    public ulong DataStart;
    public ulong KernelEnd;
    public ulong HeapEnd;
    public ulong BootRoot;
    public ulong SyscallEntry;
    public ulong BootStackLow;
    public ulong BootStackHigh;
}
