using System;
using System.Buffers.Binary;
using Mote.Machine;

namespace Mote.Kernel.Processes;

// IRETQ in a program, which is how CoreCLR goes on at a saved context (pal/src/arch/amd64/context2.S). The CPU does it without the kernel; QEMU before 9.1 reads the
// frame as the supervisor would, which SMAP forbids (target/i386/tcg/seg_helper.c), so the kernel finishes what the emulator refused.
public sealed partial class UserThread
{
    private const int FrameBytes = 5 * 8;
    private const ulong UserCodeSelector = 0x33;
    private const ulong UserStackSelector = 0x2b;

    /// <summary>Does the IRETQ that a fault stopped. False when the fault was another's, or when the frame leads out of the program's code and stack segments.</summary>
    private bool TryInterruptReturn(in Trap trap, ref UserRegisters registers)
    {
        ReadOnlySpan<byte> instruction = [0x48, 0xcf];
        Span<byte> code = stackalloc byte[2];
        if (unchecked(trap.FaultAddress.Value - registers.Rsp) >= FrameBytes
            || Process.Space.Read(new VirtAddr(registers.Rip), code) != code.Length || !code.SequenceEqual(instruction))
        {
            return false;
        }

        // RIP, CS, RFLAGS, RSP, SS (SDM volume 2, IRET). Entering user mode lets through the flags only that a program may change.
        Span<byte> frame = stackalloc byte[FrameBytes];
        if (Process.Space.Read(new VirtAddr(registers.Rsp), frame) != frame.Length
            || BinaryPrimitives.ReadUInt64LittleEndian(frame[8..]) != UserCodeSelector || BinaryPrimitives.ReadUInt64LittleEndian(frame[32..]) != UserStackSelector)
        {
            return false;
        }

        registers.Rip = BinaryPrimitives.ReadUInt64LittleEndian(frame);
        registers.Rflags = BinaryPrimitives.ReadUInt64LittleEndian(frame[16..]);
        registers.Rsp = BinaryPrimitives.ReadUInt64LittleEndian(frame[24..]);
        return true;
    }
}
