using System;
using System.Collections.Generic;
using System.Text;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Machine;

/// <summary>Hypervisors and CPUs that state the counter's rate, and those that state one that cannot be.</summary>
public sealed class CounterRateTests
{
    [Theory]
    [InlineData("TCGTCGTCGTCG", HypervisorKind.Tcg)]
    [InlineData("KVMKVMKVM\0\0\0", HypervisorKind.Kvm)]
    [InlineData("Microsoft Hv", HypervisorKind.HyperV)]
    [InlineData("XenVMMXenVMM", HypervisorKind.Xen)]
    [InlineData("VMwareVMware", HypervisorKind.Other)]
    [InlineData("VBoxVBoxVBox", HypervisorKind.Other)]
    [InlineData("bhyve bhyve ", HypervisorKind.Other)]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0", HypervisorKind.Other)]
    public void A_hypervisor_is_known_by_its_name(string name, HypervisorKind kind)
    {
        Leaves leaves = new();
        leaves.Name(0x4000_0000, name, 0x4000_0001);
        Assert.Equal(kind, HypervisorIdentity.Read(leaves).Kind);
    }

    [Theory]
    [InlineData("KVMKVMKVM\0\0\0", HypervisorKind.Kvm)]
    [InlineData("XenVMMXenVMM", HypervisorKind.Xen)]
    public void One_that_answers_as_Hyper_V_too_is_itself(string name, HypervisorKind kind)
    {
        Leaves leaves = new();
        leaves.Name(0x4000_0000, "Microsoft Hv", 0x4000_0005);
        leaves.Name(0x4000_0100, name, 0x4000_0101);
        HypervisorIdentity found = HypervisorIdentity.Read(leaves);
        Assert.Equal(kind, found.Kind);
        Assert.Equal(0x4000_0100u, found.Leaf);
        leaves.Name(0x4000_0000, "Linux KVM Hv", 0x4000_0005);
        Assert.Equal(HypervisorKind.Other, HypervisorIdentity.Read(leaves).Kind);
        leaves[0x4000_0001] = new CpuIdentification(0x3123_7648, 0, 0, 0);
        Assert.Equal(kind, HypervisorIdentity.Read(leaves).Kind);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(0x3fff_ffffu)]
    [InlineData(0x4001_0000u)]
    [InlineData(uint.MaxValue)]
    public void A_highest_leaf_that_cannot_be_is_none(uint highest)
    {
        Leaves leaves = new();
        leaves.Name(0x4000_0000, "TCGTCGTCGTCG", highest);
        leaves[0x4000_0010] = new CpuIdentification(2_000_000, 0, 0, 0);
        HypervisorIdentity hypervisor = HypervisorIdentity.Read(leaves);
        Assert.Equal(0u, hypervisor.HighestLeaf);
        Assert.Equal(0UL, CounterRate.FromCpuid(leaves, in hypervisor));
    }

    [Theory]
    [InlineData(2u, 250u, 24_000_000u, 3_000_000_000UL)]
    [InlineData(0u, 250u, 24_000_000u, 0UL)] // as CPUs that do not say it
    [InlineData(2u, 0u, 24_000_000u, 0UL)]
    [InlineData(2u, 250u, 0u, 0UL)]
    [InlineData(1u, uint.MaxValue, uint.MaxValue, 0UL)]
    [InlineData(uint.MaxValue, 1u, 1u, 0UL)]
    public void Leaf_0x15_is_taken_where_it_can_be(uint denominator, uint numerator, uint crystal, ulong expected)
    {
        Leaves leaves =
            new() { [0] = new CpuIdentification(0x16, 0, 0, 0), [0x15] = new CpuIdentification(denominator, numerator, crystal, 0) };
        Assert.Equal(expected, CounterRate.FromCpuid(leaves, default));
    }

    [Fact]
    public void A_leaf_that_the_CPU_does_not_have_is_not_read()
    {
        // Intel's CPUs answer with their highest leaf then.
        Leaves leaves = new() { [0] = new CpuIdentification(0x0d, 0, 0, 0), [0x15] = new CpuIdentification(1, 100, 30_000_000, 0) };
        Assert.Equal(0UL, CounterRate.FromCpuid(leaves, default));
    }

    [Theory]
    [InlineData(2_600_000u, 2_600_000_000UL)]
    [InlineData(0u, 0UL)]
    [InlineData(1u, 0UL)]
    [InlineData(uint.MaxValue, 0UL)]
    public void The_timing_leaf_is_taken_where_it_can_be(uint kilohertz, ulong expected)
    {
        Leaves leaves = new() { [0x4000_0010] = new CpuIdentification(kilohertz, 0, 0, 0) };
        leaves.Name(0x4000_0000, "KVMKVMKVM\0\0\0", 0x4000_0010);
        HypervisorIdentity hypervisor = HypervisorIdentity.Read(leaves);
        Assert.Equal(expected, CounterRate.FromCpuid(leaves, in hypervisor));
    }

    [Theory]
    [InlineData(2_400_000u, 2_400_000_000UL)]
    [InlineData(0u, 0UL)]
    public void Xen_states_it_in_a_leaf_of_its_own(uint kilohertz, ulong expected)
    {
        Leaves leaves = new() { [0x4000_0003] = new CpuIdentification(0, 0, kilohertz, 0) };
        leaves.Name(0x4000_0000, "XenVMMXenVMM", 0x4000_0005);
        HypervisorIdentity hypervisor = HypervisorIdentity.Read(leaves);
        Assert.Equal(expected, CounterRate.FromCpuid(leaves, in hypervisor));
    }

    [Theory]
    [InlineData(2_500_000_000UL, 1_000_000_000UL, 2_500_000_000UL)]
    [InlineData(10_000_000UL, 1_000_000_000UL, 10_000_000UL)]
    [InlineData(0UL, 1_000_000_000UL, 0UL)] // the time stamp counter stands still
    [InlineData(2_500_000_000UL, 0UL, 0UL)] // the APIC's does
    [InlineData(0UL, 0UL, 0UL)]
    public void Two_counters_measure_each_other_or_stand_still(ulong counts, ulong nanoseconds, ulong expected)
    {
        ulong found = CounterRate.Measure(new Pair { CountsASecond = counts, NanosecondsASecond = nanoseconds }, 100_000);
        Assert.InRange(found, expected - (expected / 1000), expected + (expected / 1000));
    }

    [Fact]
    public void A_counter_that_runs_the_wrong_way_measures_nothing()
    {
        Assert.Equal(0UL,
            CounterRate.Measure(new Pair { CountsASecond = 2_500_000_000, NanosecondsASecond = 1_000_000_000, IsUp = true }, 100_000));
        Assert.Equal(0UL,
            CounterRate.Measure(new Pair { CountsASecond = 2_500_000_000, NanosecondsASecond = 1_000_000_000, IsBack = true }, 100_000));
    }

    [Theory]
    [InlineData(1u, 0x0199_9999_9999_999aUL / 100 * 100, true)]
    [InlineData(0u, 0x0199_9999_9999_999aUL, false)] // it does not count now
    [InlineData(uint.MaxValue, 0x0199_9999_9999_999aUL, false)]
    [InlineData(1u, 0UL, false)]
    [InlineData(1u, 1UL, false)]
    public void The_reference_page_says_the_rate(uint sequence, ulong scale, bool isTaken)
    {
        byte[] page = new byte[ReferencePage.Bytes];
        BitConverter.TryWriteBytes(page, sequence);
        BitConverter.TryWriteBytes(page.AsSpan(8), scale);
        Assert.Equal(isTaken, ReferencePage.TryReadRate(page, out ulong multiplier));
        Assert.Equal(isTaken, multiplier != 0);
        if (isTaken)
        {
            // A tick of 100 ns is 160 counts: 1.6 GHz.
            Assert.InRange((1_000_000_000UL << 32) / multiplier, 1_599_999_990UL, 1_600_000_010UL);
        }
    }

    private sealed class Leaves : CpuLeaves
    {
        private readonly Dictionary<uint, CpuIdentification> _leaves = [];

        public CpuIdentification this[uint leaf]
        {
            set => _leaves[leaf] = value;
        }

        public void Name(uint leaf, string name, uint highest)
        {
            byte[] bytes = Encoding.ASCII.GetBytes(name);
            this[leaf] =
                new CpuIdentification(highest, BitConverter.ToUInt32(bytes), BitConverter.ToUInt32(bytes, 4),
                BitConverter.ToUInt32(bytes, 8));
        }

        public override CpuIdentification Read(uint leaf, uint subleaf = 0) => _leaves.GetValueOrDefault(leaf);
    }

    /// <summary>Each reading takes 50 ns.</summary>
    private sealed class Pair : CounterPair
    {
        private UInt128 _now = 1000;

        public ulong CountsASecond { get; init; }

        public ulong NanosecondsASecond { get; init; }

        public bool IsUp { get; init; }

        public bool IsBack { get; init; }

        public override ulong ReadCounter()
        {
            _now += 50;
            ulong counts = (ulong)(_now * CountsASecond / 1_000_000_000);
            return IsBack ? ulong.MaxValue - counts : counts;
        }

        public override uint ReadRemaining()
        {
            _now += 50;
            uint passed = (uint)(_now * NanosecondsASecond / 1_000_000_000);
            return IsUp ? passed : uint.MaxValue - passed;
        }
    }
}
