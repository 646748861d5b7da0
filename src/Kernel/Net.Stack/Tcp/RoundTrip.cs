using System;
using System.Runtime.CompilerServices;

namespace Mote.Kernel.Net.Stack;

/// <summary>Round-trip time and the retransmission timeout made of it (RFC 6298), and the shortest time of late for RACK.</summary>
internal struct RoundTrip
{
    /// <summary>Linux's bounds: RFC 6298 asks for a second at least, which every stack has given up.</summary>
    public const ulong MinimumTimeout = 200_000_000;
    public const ulong MaximumTimeout = 120_000_000_000;
    public const ulong InitialTimeout = 1_000_000_000;

    private const ulong Granularity = 1_000_000;
    private const ulong MinimumWindow = 300_000_000_000;

    private ulong _variation;
    private ulong _minimumSince;

    /// <summary>SRTT, nanoseconds; zero before the first sample.</summary>
    public ulong Smoothed { get; private set; }

    public readonly ulong Variation => _variation;

    /// <summary>The shortest of the last five minutes; zero before the first sample.</summary>
    public ulong Minimum { get; private set; }

    /// <summary>The timeout without backoff.</summary>
    public readonly ulong Timeout
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Smoothed == 0 ? InitialTimeout : Math.Clamp(Smoothed + Math.Max(Granularity, 4 * _variation), MinimumTimeout, MaximumTimeout);
    }

    public void Add(ulong sample, ulong now)
    {
        sample = Math.Clamp(sample, 1, MaximumTimeout);
        if (Smoothed == 0)
        {
            Smoothed = sample;
            _variation = sample / 2;
        }
        else
        {
            ulong difference = sample > Smoothed ? sample - Smoothed : Smoothed - sample;
            _variation = ((3 * _variation) + difference) / 4;
            Smoothed = Math.Max(((7 * Smoothed) + sample) / 8, 1);
        }

        if (Minimum == 0 || sample <= Minimum || now - _minimumSince > MinimumWindow)
        {
            Minimum = sample;
            _minimumSince = now;
        }
    }
}
