using System;
using System.Buffers.Binary;

namespace Mote.Machine;

/// <summary>KVM's clock: asks for it once and reads it by its version protocol (Linux, Documentation/virt/kvm/x86/msr.rst).</summary>
internal static unsafe class KvmClock
{
    private const uint ClockSource = 1 << 3; // KVM_FEATURE_CLOCKSOURCE2
    private const uint WallClockMsr = 0x4b56_4d00;
    private const uint SystemTimeMsr = 0x4b56_4d01;
    private const ulong Enable = 1;

    /// <summary>A writer is done within a few instructions of the guest's, for it runs while the guest does not.</summary>
    private const int Patience = 1000;

    private const int WallBytes = 12; // version, seconds, nanoseconds
    private const long Giga = 1_000_000_000;

    private static bool s_isOn;

    /// <summary>Nanoseconds a count, times 2^<see cref="Clock.Shift"/>. False where there is no such clock, or none that can be.</summary>
    internal static bool TryReadRate(out ulong multiplier)
    {
        multiplier = 0;
        if ((CpuFeatures.KvmFeatures & ClockSource) == 0)
        {
            return false;
        }

        // SAFETY: the per-CPU block lives as long as the machine, in the image, whose physical addresses are known; KVM writes these bytes of it and no others.
        unsafe
        {
            PerCpuBlock* cpu = Native.PerCpu();
            Native.WriteMsr(SystemTimeMsr, ((ulong)&cpu->HypervisorClock - KernelAddressSpace.ImageBase) | Enable);
        }

        s_isOn = true;
        Span<byte> clock = stackalloc byte[PvClock.Bytes];
        return TryCopy(clock) && PvClock.TryReadRate(clock, out multiplier);
    }

    /// <summary>The host's time of day now, nanoseconds since 1970 UTC; zero where there is no such clock.</summary>
    internal static long UnixNs()
    {
        Span<byte> clock = stackalloc byte[PvClock.Bytes];
        if (!s_isOn || !TryCopy(clock) || !PvClock.TryReadRate(clock, out ulong multiplier) || !DmaRegion.TryAllocate(WallBytes, out DmaRegion? wall))
        {
            return 0;
        }

        Native.WriteMsr(WallClockMsr, wall!.DeviceAddress.Value);
        Span<byte> start = stackalloc byte[WallBytes];
        wall.Read(0, start);
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(start), seconds = BinaryPrimitives.ReadUInt32LittleEndian(start[4..]);
        uint rest = BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (version == 0 || (version & 1) != 0 || seconds == 0 || rest >= Giga)
        {
            return 0;
        }

        ulong since = PvClock.TimeAt(clock, Native.ReadTsc(), multiplier);
        return since > long.MaxValue / 4 ? 0 : (seconds * Giga) + rest + (long)since;
    }

    /// <summary>Copies the clock while nobody writes it: the version is even and the same before and after.</summary>
    private static bool TryCopy(Span<byte> clock)
    {
        // SAFETY: as above; the span is as long as the structure.
        unsafe
        {
            PerCpuBlock* cpu = Native.PerCpu();
            byte* source = (byte*)&cpu->HypervisorClock;
            for (int tries = 0; tries < Patience; tries++)
            {
                uint before = System.Threading.Volatile.Read(ref *(uint*)source);
                for (int i = 0; i < clock.Length; i++)
                {
                    clock[i] = System.Threading.Volatile.Read(ref source[i]);
                }

                if ((before & 1) == 0 && before == System.Threading.Volatile.Read(ref *(uint*)source))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
