using Mote.Kernel.Random;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>
/// Where the parts of a program go: Linux's layout for x86-64 with its amounts of randomness (arch/x86/mm/mmap.c, fs/binfmt_elf.c). The stack is on top, mappings
/// grow down from below it, a relocatable program lies at two thirds, the heap behind the program.
/// </summary>
public readonly struct AddressLayout
{
    private const ulong PageBytes = 4096;
    private const ulong StackPages = 1UL << 22;
    private const ulong MapPages = 1UL << 28;
    private const ulong HeapPages = 1UL << 18; // a GiB, as Linux has had it since 6.9
    private const ulong MinimumGap = 128UL << 20;
    private const ulong StackGap = 256 * PageBytes;

    /// <param name="random">Null for addresses that are the same every time (ADDR_NO_RANDOMIZE).</param>
    /// <param name="stackLimit">RLIMIT_STACK, bytes.</param>
    public AddressLayout(EntropyPool? random, ulong stackLimit)
    {
        const ulong MaximumGap = 0x7fff_ffff_f000 / 6 * 5;
        ulong stackShift = Pick(random, StackPages);
        StackTop = VirtAddr.UserEnd - stackShift;
        ulong gap = ulong.Clamp(stackLimit, MinimumGap, MaximumGap) & ~(PageBytes - 1);
        MapTop = VirtAddr.UserEnd - gap - StackGap - (StackPages * PageBytes) - Pick(random, MapPages);
        ProgramBase = 0x5555_5555_4000 + Pick(random, MapPages);
        HeapShift = Pick(random, HeapPages);
    }

    /// <summary>The end of the first stack.</summary>
    public VirtAddr StackTop { get; }

    /// <summary>Mappings are placed below.</summary>
    public VirtAddr MapTop { get; }

    /// <summary>Where a relocatable program goes.</summary>
    public ulong ProgramBase { get; }

    /// <summary>Bytes between the program's end and its heap.</summary>
    public ulong HeapShift { get; }

    private static ulong Pick(EntropyPool? random, ulong pages) => random == null ? 0 : (random.NextUInt64() % pages) * PageBytes;
}
