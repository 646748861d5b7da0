using System;
using System.Collections.Generic;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>What a bad wire does to a frame; the chances are of one.</summary>
internal sealed class Faults(int seed)
{
    private readonly Random _random = new(seed);

    public double Loss { get; init; }

    public double Duplication { get; init; }

    public double Corruption { get; init; }

    public double Reordering { get; init; }

    /// <summary>How late a frame comes that is out of order, nanoseconds.</summary>
    public ulong ReorderDelay { get; init; } = 5 * VirtualWire.Millisecond;

    /// <summary>Says of each frame whether it is lost, beside chance.</summary>
    public Func<byte[], bool>? Loses { get; init; }

    public IEnumerable<(byte[] Frame, ulong Late)> Apply(byte[] frame)
    {
        if ((Loses?.Invoke(frame) ?? false) || _random.NextDouble() < Loss)
        {
            yield break;
        }

        byte[] arrives = frame;
        if (_random.NextDouble() < Corruption)
        {
            arrives = [.. frame];
            arrives[_random.Next(arrives.Length)] ^= (byte)(1 << _random.Next(8));
        }

        yield return (arrives, _random.NextDouble() < Reordering ? ReorderDelay : 0);
        if (_random.NextDouble() < Duplication)
        {
            yield return ([.. frame], (ulong)_random.Next(2_000_000));
        }
    }
}
