using System;
using System.Collections.Generic;
using System.Text;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Tests.Unit.Observe;

/// <summary>A port whose host takes as many bytes as the test says.</summary>
internal sealed class FakePort : ConsolePort
{
    private readonly List<byte> _written = [];

    public int Room { get; set; } = int.MaxValue;

    public string Text => Encoding.UTF8.GetString([.. _written]);

    public override bool IsReadable => false;

    public override bool IsWritable => Room > 0;

    public override bool IsEndOfInput => true;

    public override bool IsBroken => false;

    public override int Read(Span<byte> destination) => 0;

    public override int Write(ReadOnlySpan<byte> source)
    {
        int count = Math.Min(Room, source.Length);
        _written.AddRange(source[..count]);
        Room -= count;
        return count;
    }

    public override bool Drain(Instant deadline)
    {
        Room = int.MaxValue;
        return true;
    }

    public void Take(int bytes)
    {
        Room = bytes;
        Readiness.WakeAll(Writable);
    }
}
