using System;

namespace Mote.Machine;

/// <summary>
/// Attacks of the kernel on itself, which tests order on the kernel command line (mote.attack=NAME) to see the machine's defences at work. Each ends in a panic
/// that says what was prevented; coming back is the failure.
/// </summary>
public static class SelfTest
{
    private const int Read = 0;
    private const int Write = 1;
    private const int Call = 2;
    private const ulong UserPage = 0x10_0000;
    private const byte Return = 0xc3;

    // An object of the heap: its address, executed, is data.
    private static readonly byte[] s_code = [Return];

    /// <summary>Carries out an attack. False when there is none of this name; true when it was not prevented.</summary>
    public static bool TryAttack(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("stack-overflow"u8))
        {
            return Overflow(0) != 0;
        }

        ImageSymbols symbols = MachineBoot.Symbols;
        ulong alias = PhysicalMemory.DirectMapBase + (symbols.TextStart - KernelAddressSpace.ImageBase);
        (ulong Address, int How) target = 0 switch
        {
            _ when name.SequenceEqual("write-text"u8) => (symbols.TextStart, Write),
            _ when name.SequenceEqual("write-constants"u8) => (symbols.RodataStart, Write),
            _ when name.SequenceEqual("write-text-alias"u8) => (alias, Write),
            _ when name.SequenceEqual("execute-text-alias"u8) => (alias, Call),
            _ when name.SequenceEqual("execute-data"u8) => (symbols.DataStart, Call),
            _ when name.SequenceEqual("execute-heap"u8) => (KernelAddressSpace.HeapRegion, Call),
            _ when name.SequenceEqual("execute-stack"u8) => (symbols.BootStackLow, Call),
            _ when name.SequenceEqual("null"u8) => (0x10UL, Read),
            _ when name.SequenceEqual("low-memory"u8) => (0x20_0000UL, Read), // where the boot code ran
            _ when name.SequenceEqual("read-program"u8) => (MapUserPage(), Read),
            _ when name.SequenceEqual("write-program"u8) => (MapUserPage(), Write),
            _ when name.SequenceEqual("execute-program"u8) => (MapUserPage(), Call),
            _ => (0UL, -1),
        };
        if (target.How < 0)
        {
            return false;
        }

        // SAFETY: each of these addresses faults; if one does not, the machine, which is a test's, reports it and ends.
        unsafe
        {
            Native.Touch(target.Address, target.How);
        }

        return true;
    }

    private static int Overflow(int depth)
    {
        Span<byte> frame = stackalloc byte[512];
        frame[depth & 511] = 1;
        return Overflow(depth + 1) + frame[(depth + 1) & 511];
    }

    private static ulong MapUserPage()
    {
        if (!AddressSpace.TryCreate(new NoFaults(), out AddressSpace? space) || !Frame.TryAllocate(FrameFill.Zero, out Frame frame))
        {
            throw new InvalidOperationException("No memory for the test.");
        }

        frame.Write(0, s_code);
        _ = space!.TryMap(new VirtAddr(UserPage), frame, PageAccess.Read | PageAccess.Write | PageAccess.Execute);
        space.Activate();
        return UserPage;
    }

    private sealed class NoFaults : PageFaultHandler
    {
        public override bool TryResolve(VirtAddr address, PageAccess wanted) => false;
    }
}
