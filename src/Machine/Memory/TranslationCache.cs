namespace Mote.Machine;

/// <summary>The CPU's store of address translations.</summary>
public static class TranslationCache
{
    /// <summary>Whether <see cref="Refresh"/> does something.</summary>
    public static bool NeedsRefresh => !MachineKind.IsHosted && CpuFeatures.IsEmulated;

    /// <summary>
    /// To be called now and then, some times a second, while the CPU is busy. An emulated CPU of QEMU keeps its translations in a table of 256 entries, which it makes larger only when it is
    /// emptied and was nearly full (tlb_mmu_resize_locked in accel/tcg/cputlb.c): without this, a kernel that never loads CR3 again would stay with it. Does nothing on other CPUs.
    /// </summary>
    public static void Refresh()
    {
        if (NeedsRefresh)
        {
            Native.WriteCr3(Native.ReadCr3());
        }
    }
}
