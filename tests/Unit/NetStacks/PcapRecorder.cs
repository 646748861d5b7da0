using System.Collections.Generic;
using System.IO;
using Mote.Machine;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>Remembers the last frames, for a file that Wireshark opens when a test fails.</summary>
internal sealed class PcapRecorder
{
    private const int Limit = 20_000;

    private readonly Queue<(Instant At, byte[] Frame)> _frames = new();

    public void Add(Instant at, byte[] frame)
    {
        if (_frames.Count == Limit)
        {
            _frames.Dequeue();
        }

        _frames.Enqueue((at, frame));
    }

    /// <summary>Writes a pcap file (draft-ietf-opsawg-pcap) with times in nanoseconds; returns its path.</summary>
    public string Write(string name)
    {
        string path = Path.Combine(Path.GetTempPath(), $"mote-{name}.pcap");
        using BinaryWriter writer = new(File.Create(path));
        writer.Write(0xa1b2_3c4d);
        writer.Write((ushort)2);
        writer.Write((ushort)4);
        writer.Write(0L);
        writer.Write(262_144);
        writer.Write(1);
        foreach ((Instant at, byte[] frame) in _frames)
        {
            writer.Write((uint)(at.Nanoseconds / VirtualWire.Second));
            writer.Write((uint)(at.Nanoseconds % VirtualWire.Second));
            writer.Write(frame.Length);
            writer.Write(frame.Length);
            writer.Write(frame);
        }

        return path;
    }
}
