using System;

namespace Mote.Machine;

/// <summary>
/// The rate of the time stamp counter by Hyper-V (functional specification, 12.7 and appendix): its MSR of frequencies, else the reference
/// page. It tells no time of day but by a bus that is not
/// driven here.
/// </summary>
internal static unsafe class HyperVClock
{
    private const uint FeaturesLeaf = 3;
    private const uint HasReferencePage = 1 << 9, HasFrequencies = 1 << 11; // EAX
    private const uint HasFrequencyMsrs = 1 << 8; // EDX
    private const uint GuestIdMsr = 0x4000_0000, ReferencePageMsr = 0x4000_0021, FrequencyMsr = 0x4000_0022;
    private const ulong OpenSource = 1UL << 63;
    private const ulong Enable = 1;

    /// <summary>
    /// Nanoseconds a count, times 2^<see cref="Clock.Shift"/>. False where it is not Hyper-V, or states nothing that can be.
    /// </summary>
    internal static bool TryReadRate(in HypervisorIdentity hypervisor, out ulong multiplier)
    {
        multiplier = 0;
        if (hypervisor.Kind != HypervisorKind.HyperV || hypervisor.HighestLeaf < hypervisor.Leaf + FeaturesLeaf)
        {
            return false;
        }

        CpuIdentification features = CpuIdentification.Read(hypervisor.Leaf + FeaturesLeaf);
        if ((features.Eax & HasFrequencies) != 0 && (features.Edx & HasFrequencyMsrs) != 0)
        {
            ulong frequency = Native.ReadMsr(FrequencyMsr);
            if (CounterRate.IsPlausible(frequency))
            {
                multiplier = (1_000_000_000UL << Clock.Shift) / frequency;
                return true;
            }
        }

        if ((features.Eax & HasReferencePage) == 0 || !DmaRegion.TryAllocate(PageSize.Bytes, out DmaRegion? page))
        {
            return false;
        }

        Native.WriteMsr(GuestIdMsr, OpenSource); // who does not say what it is gets nothing
        Native.WriteMsr(ReferencePageMsr, page!.DeviceAddress.Value | Enable);
        Span<byte> copy = stackalloc byte[ReferencePage.Bytes];
        page.Read(0, copy);
        return ReferencePage.TryReadRate(copy, out multiplier);
    }
}
