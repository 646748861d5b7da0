using System;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Mote.Machine;

/// <summary>What trap.S pushes when the kernel itself faults: a bug of the kernel, which ends the machine with a report.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct KernelFault
{
    // Error code bits of a page fault (SDM volume 3, 4.7).
    private const ulong Present = 1;
    private const ulong Write = 2;
    private const ulong InstructionFetch = 16;

    private ulong _rbp;
    private ulong _vector;
    private ulong _error;
    private ulong _rip;
    private ulong _cs;
    private ulong _rflags;
    private ulong _rsp;
    private ulong _ss;

    [RuntimeExport("MachineKernelFault")]
    internal static void Report(KernelFault* fault)
    {
        // SAFETY: the entry code passes the frame that it and the CPU pushed.
        unsafe
        {
            ulong address = Native.ReadCr2();
            ReadOnlySpan<byte> reason = fault->_vector switch
            {
                0 => "divide by zero in the kernel\0"u8,
                6 => "invalid instruction in the kernel\0"u8,
                8 when IsStackGuard(address) => "kernel stack overflow\0"u8,
                8 => "double fault\0"u8,
                13 => "general protection fault in the kernel\0"u8,
                14 when address < PageSize.Bytes => "null reference in the kernel\0"u8,
                14 when IsStackGuard(address) => "kernel stack overflow\0"u8,
                14 when (fault->_error & InstructionFetch) != 0 => "execution of what is not kernel code\0"u8,
                14 when address < VirtAddr.UserEnd.Value && (fault->_error & Present) != 0 => "program memory touched by kernel code\0"u8,
                14 when (fault->_error & (Present | Write)) == (Present | Write) => "write to read-only memory in the kernel\0"u8,
                14 => "page fault in the kernel\0"u8,
                18 => "machine check\0"u8,
                _ => "exception in the kernel\0"u8,
            };
            fixed (byte* text = reason)
            {
                Native.Panic(text, fault->_rip, fault->_rsp, fault->_rbp);
            }
        }
    }

    private static bool IsStackGuard(ulong address)
    {
        // SAFETY: the current block is always a live context's.
        unsafe
        {
            ContextBlock* block = Native.PerCpu()->Current;
            return address < block->StackLow && address >= block->StackLow - (2 * PageSize.Bytes);
        }
    }
}
