using System;
using System.Collections.Generic;

namespace Mote.Cli.Datagrams;

/// <summary>Puts the machine's datagrams together that come in parts, as its own stack sends them: each byte once. A few at a time; the
/// oldest makes room.</summary>
internal sealed class DatagramParts
{
    private const int Most = 16;

    /// <summary>Header and data of the longest datagram.</summary>
    private const int Longest = ushort.MaxValue - 20;

    private readonly LinkedList<Whole> _wholes = [];

    /// <summary>Adds a part; the datagram, when that was its last one. What does not fit together is forgotten.</summary>
    public byte[]? Add(ushort id, int offset, bool hasMore, ReadOnlySpan<byte> part)
    {
        LinkedListNode<Whole>? node = _wholes.First;
        while (node is not null && node.Value.Id != id)
        {
            node = node.Next;
        }

        if (node is null)
        {
            if (_wholes.Count == Most)
            {
                _wholes.RemoveFirst();
            }

            node = _wholes.AddLast(new Whole(id));
        }

        Whole whole = node.Value;
        bool isGood = whole.TryAdd(offset, hasMore, part);
        if (!isGood || whole.IsComplete)
        {
            _wholes.Remove(node);
        }

        return isGood && whole.IsComplete ? whole.Bytes() : null;
    }

    private sealed class Whole(ushort id)
    {
        private readonly List<(int Offset, byte[] Bytes)> _parts = [];
        private int _received;
        private int _length = -1;

        public ushort Id { get; } = id;

        public bool IsComplete => _received == _length;

        public bool TryAdd(int offset, bool hasMore, ReadOnlySpan<byte> part)
        {
            int end = offset + part.Length;
            bool isOdd = hasMore && (part.Length % 8 != 0 || part.IsEmpty);
            bool isBeyond = end > Longest || (_length >= 0 && (end > _length || !hasMore));
            if (isOdd || isBeyond || _parts.Exists(other => offset < other.Offset + other.Bytes.Length && other.Offset < end))
            {
                return false;
            }

            if (!hasMore)
            {
                _length = end;
                if (_parts.Exists(other => other.Offset + other.Bytes.Length > end))
                {
                    return false;
                }
            }

            _parts.Add((offset, part.ToArray()));
            _received += part.Length;
            return true;
        }

        public byte[] Bytes()
        {
            byte[] bytes = new byte[_length];
            foreach ((int offset, byte[] part) in _parts)
            {
                part.CopyTo(bytes, offset);
            }

            return bytes;
        }
    }
}
