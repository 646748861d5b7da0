using System;

namespace Mote.Machine;

/// <summary>
/// How fast the time stamp counter runs, from what the CPU and the hypervisor state, or measured. None of them is believed beyond <see
/// cref="IsPlausible"/>.
/// </summary>
public static class CounterRate
{
    private const uint CpuLeaf = 0x15, TimingLeaf = 0x4000_0010;
    private const uint XenTimeLeaf = 3;
    private const ulong Giga = 1_000_000_000;

    /// <summary>A counter that has run this far while the other stood still: two seconds of the fastest.</summary>
    private const ulong MostCounts = 1UL << 35;

    /// <summary>Readings while both stand still.</summary>
    private const int MostSamples = 200_000;

    /// <summary>What a time stamp counter's rate can be, in Hz: of an emulated one and of one that is not built yet.</summary>
    public static bool IsPlausible(ulong frequencyHz) => frequencyHz is >= 10_000_000 and <= 16_000_000_000;

    /// <summary>
    /// The rate in Hz by CPUID: leaf 0x15 (SDM volume 2), Xen's time leaf, then 0x40000010, which several hypervisors have. Zero where
    /// nobody states one that can be.
    /// </summary>
    public static ulong FromCpuid(CpuLeaves leaves, in HypervisorIdentity hypervisor)
    {
        if (leaves.Read(0).Eax >= CpuLeaf)
        {
            CpuIdentification crystal = leaves.Read(CpuLeaf);
            ulong frequency = crystal.Eax == 0 ? 0 : (ulong)crystal.Ecx * crystal.Ebx / crystal.Eax;
            if (IsPlausible(frequency))
            {
                return frequency;
            }
        }

        ulong stated = 0;
        if (hypervisor.Kind == HypervisorKind.Xen)
        {
            stated = (ulong)leaves.Read(hypervisor.Leaf + XenTimeLeaf).Ecx * 1000;
        }
        else if (hypervisor.HighestLeaf >= TimingLeaf)
        {
            stated = (ulong)leaves.Read(TimingLeaf).Eax * 1000;
        }

        return IsPlausible(stated) ? stated : 0;
    }

    /// <summary>
    /// Counts a second, by the other counter's next nanoseconds. Zero where one of them stands still or runs the wrong way.
    /// </summary>
    public static ulong Measure(CounterPair pair, uint spanNs)
    {
        Sample first = TakeSample(pair);
        Sample last = first;
        for (int i = 0; i < MostSamples; i++)
        {
            last = TakeSample(pair);
            if (last.Remaining > first.Remaining || first.Remaining - last.Remaining >= spanNs || last.Remaining == 0 ||
                unchecked(last.Counter - first.Counter) > MostCounts)
            {
                break;
            }
        }

        ulong counts = unchecked(last.Counter - first.Counter);
        if (last.Remaining >= first.Remaining || counts > MostCounts)
        {
            return 0;
        }

        ulong frequency = (ulong)((UInt128)counts * Giga / (first.Remaining - last.Remaining));
        return IsPlausible(frequency) ? frequency : 0;
    }

    /// <summary>Reads both as close together as a few tries get them; the counter's value is that of the middle.</summary>
    private static Sample TakeSample(CounterPair pair)
    {
        Sample best = default;
        ulong narrowest = ulong.MaxValue;
        for (int i = 0; i < 4; i++)
        {
            ulong before = pair.ReadCounter();
            uint remaining = pair.ReadRemaining();
            ulong width = unchecked(pair.ReadCounter() - before);
            if (width < narrowest)
            {
                narrowest = width;
                best = new Sample(unchecked(before + (width / 2)), remaining);
            }
        }

        return best;
    }

    private readonly record struct Sample(ulong Counter, uint Remaining);
}
