using System;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>
/// One packet: headers in a room of its own, then parts of pages, and what the device must do or has done with it. Made once and used again and again; whoever holds it ends with
/// <see cref="Release"/> or hands it on. Enumerating gives its parts in order, the headers first.
/// </summary>
public sealed class PacketBuffer
{
    /// <summary>Room for headers: a virtio header of 12 bytes, Ethernet, IPv6 and the longest TCP header make 126.</summary>
    public const int HeaderRoom = 128;

    internal const int HeadersInPage = PageSize.Bytes / HeaderRoom;

    private readonly PacketPool _pool;
    private readonly int _headerPage;
    private readonly Frame _headerFrame;
    private readonly int _headerOffset;
    private int _headerStart;
    private ByteList _bytes;

    internal PacketBuffer(PacketPool pool, int headerPage, int headerOffset)
    {
        _pool = pool;
        _headerPage = headerPage;
        _headerFrame = pool.FrameOf(headerPage);
        _headerOffset = headerOffset;
    }

    /// <summary>The next packet in whatever list holds this one.</summary>
    public PacketBuffer? Next { get; set; }

    /// <summary>Bytes in all.</summary>
    public int Length
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => unchecked(HeaderRoom - _headerStart + _bytes.Length);
    }

    /// <summary>Bytes in the header room.</summary>
    public int HeaderLength => HeaderRoom - _headerStart;

    public ChecksumState Checksum { get; set; }

    /// <summary>From the packet's first byte to where the checksum's range begins; it goes to the end.</summary>
    public int ChecksumStart { get; set; }

    /// <summary>From <see cref="ChecksumStart"/> to the field.</summary>
    public int ChecksumOffset { get; set; }

    public GsoKind Gso { get; set; }

    /// <summary>Data bytes of each segment to cut, or of those that were merged.</summary>
    public int GsoSize { get; set; }

    /// <summary>From the packet's first byte to its data, of one that is to be cut.</summary>
    public int GsoHeaderLength { get; set; }

    /// <summary>When it was received.</summary>
    public Instant ArrivedAt { get; internal set; }

    /// <summary>Parts of pages behind the header room.</summary>
    internal ref ByteList Bytes => ref _bytes;

    internal PacketPool Pool => _pool;

    /// <summary>What the layer that holds the packet notes on it.</summary>
    internal PacketNote Note;

    /// <summary>Puts bytes before all others. They must fit into the header room.</summary>
    [AllocationFree]
    public void Prepend(ReadOnlySpan<byte> header)
    {
        unchecked
        {
            _headerStart -= header.Length;
            ChecksumStart += header.Length;
            GsoHeaderLength += header.Length;
            _headerFrame.Write(_headerOffset + _headerStart, header);
        }
    }

    /// <summary>Puts so many zeros, at most the room for headers, before all other bytes.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrependZeros(int count)
    {
        unchecked
        {
            _headerStart -= count;
            ChecksumStart += count;
            GsoHeaderLength += count;
            _headerFrame.Clear(_headerOffset + _headerStart, count);
        }
    }

    /// <summary>Adds part of a page at the end and takes over the caller's reference. False when nodes have run out: the reference stays the caller's.</summary>
    [AllocationFree]
    public bool TryAppend(PacketPart part) => _pool.TryAppend(ref _bytes, part);

    /// <summary>Moves another packet's bytes to the end: parts of pages go along, what lies in its header room is copied. False, with a part of them moved, when memory has run out.</summary>
    [AllocationFree]
    public bool TryAppend(PacketBuffer more)
    {
        if (!TryCopyHeaders(more))
        {
            return false;
        }

        more.TrimFront(more.HeaderLength);
        _pool.Concatenate(ref _bytes, ref more._bytes);
        return true;
    }

    /// <summary>Adds another packet's bytes at the end: parts of pages are shared, what lies in its header room is copied. False, with a part of them added, when memory has run out.</summary>
    [AllocationFree]
    public bool TryShare(PacketBuffer other) => TryCopyHeaders(other) && _pool.TryShare(other._bytes, 0, other._bytes.Length, ref _bytes);

    /// <summary>Copies bytes to the end. False when memory has run out.</summary>
    [AllocationFree]
    public bool TryWrite(ReadOnlySpan<byte> bytes) => _pool.TryWrite(ref _bytes, bytes);

    /// <summary>Room at the end to copy bytes into, followed by <see cref="Commit"/>. False when memory has run out.</summary>
    [AllocationFree]
    public bool TryGetRoom(out PacketPart room) => _pool.TryGetRoom(ref _bytes, out room);

    /// <summary>Counts bytes that were copied to the room.</summary>
    [AllocationFree]
    public void Commit(int count) => _pool.Commit(ref _bytes, count);

    /// <summary>Copies bytes out, from an offset; returns how many there were.</summary>
    [AllocationFree]
    public int Read(int offset, Span<byte> to)
    {
        int done = 0;
        int headers = HeaderRoom - _headerStart;
        if (offset < headers)
        {
            done = Math.Min(to.Length, headers - offset);
            _headerFrame.Read(_headerOffset + _headerStart + offset, to[..done]);
            offset = headers;
        }

        return done + _pool.Read(_bytes, offset - headers, to[done..]);
    }

    /// <summary>The sum of all bytes (RFC 1071).</summary>
    [AllocationFree]
    public ulong Sum()
    {
        ulong sum = 0;
        bool isOdd = false;
        foreach (PacketPart part in this)
        {
            ulong added = InternetChecksum.OfWords(_pool.FrameOf(part.Page).WordSum(part.Offset, part.Length));
            sum = unchecked(sum + (isOdd ? InternetChecksum.AtOddOffset(added) : added));
            isOdd ^= (part.Length & 1) != 0;
        }

        return sum;
    }

    /// <summary>Overwrites bytes of the header room, from an offset into the packet.</summary>
    [AllocationFree]
    public void WriteHeader(int offset, ReadOnlySpan<byte> bytes) => _headerFrame.Write(_headerOffset + _headerStart + offset, bytes);

    /// <summary>Drops bytes from the front.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void TrimFront(int count)
    {
        unchecked
        {
            ChecksumStart -= count;
            GsoHeaderLength -= count;
            int headers = Math.Min(count, HeaderRoom - _headerStart);
            _headerStart += headers;
            if (count > headers)
            {
                _pool.TrimFront(ref _bytes, count - headers);
            }
        }
    }

    /// <summary>Drops what lies after the first <paramref name="length"/> bytes. A packet that is no longer than that stays as it is.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Truncate(int length)
    {
        int bytes = unchecked(length - HeaderRoom + _headerStart);
        if (bytes < _bytes.Length)
        {
            _pool.TrimBack(ref _bytes, _bytes.Length - Math.Max(bytes, 0));
            if (bytes < 0)
            {
                TruncateHeaders(-bytes);
            }
        }
    }

    /// <summary>The packet is no longer needed: its pages and its block go back.</summary>
    [AllocationFree]
    public void Release()
    {
        if (_bytes.Head != 0)
        {
            _pool.Clear(ref _bytes);
        }

        _pool.Return(this);
    }

    public Enumerator GetEnumerator() => new(this);

    // What lies in the header room ends where the room does, so what is kept moves towards that end: the padding of a short frame, or data beyond a window.
    [AllocationFree]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TruncateHeaders(int count)
    {
        Span<byte> kept = stackalloc byte[HeaderRoom];
        kept = kept[..Math.Max(HeaderLength - count, 0)];
        _headerFrame.Read(_headerOffset + _headerStart, kept);
        _headerStart = HeaderRoom - kept.Length;
        _headerFrame.Write(_headerOffset + _headerStart, kept);
    }

    private bool TryCopyHeaders(PacketBuffer other)
    {
        Span<byte> headers = stackalloc byte[HeaderRoom];
        return TryWrite(headers[..other.Read(0, headers[..other.HeaderLength])]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Reset()
    {
        _headerStart = HeaderRoom;
        _bytes = default;
        Next = null;
        Checksum = ChecksumState.Complete;
        ChecksumStart = 0;
        ChecksumOffset = 0;
        Gso = GsoKind.None;
        GsoSize = 0;
        GsoHeaderLength = 0;
        Note = default;
    }

    /// <summary>Goes over the parts that have bytes.</summary>
    public struct Enumerator
    {
        private readonly PacketBuffer _packet;
        private int _node;
        private bool _isPastHeader;

        internal Enumerator(PacketBuffer packet)
        {
            _packet = packet;
            _node = packet._bytes.Head;
        }

        public PacketPart Current { get; private set; }

        [AllocationFree]
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool MoveNext()
        {
            if (!_isPastHeader)
            {
                _isPastHeader = true;
                if (_packet._headerStart < HeaderRoom)
                {
                    Current = unchecked(new PacketPart(_packet._headerPage, _packet._headerOffset + _packet._headerStart, HeaderRoom - _packet._headerStart));
                    return true;
                }
            }

            while (_node != 0)
            {
                Current = _packet._pool.PartOf(_node);
                _node = _packet._pool.NextNode(_node);
                if (Current.Length > 0)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
