using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>Events that nobody has read yet, as read(2) gives them: struct inotify_event, the name padded with NULs to a multiple of the header.</summary>
internal sealed class InotifyQueue
{
    /// <summary>/proc/sys/fs/inotify/max_queued_events.</summary>
    public const int MaximumEvents = 16384;

    private const int HeaderBytes = 16;
    private const int NoWatch = -1;

    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private int _count;

    /// <summary>Where the newest event begins.</summary>
    private int _newest;
    private bool _hasOverflow;

    /// <summary>What all events together take.</summary>
    public int Bytes => _end - _start;

    /// <summary>What the oldest takes; 0 when there is none.</summary>
    public int FirstBytes => _count == 0 ? 0 : RecordBytes(_start);

    /// <summary>Adds an event, unless the newest is just the same. One too many becomes IN_Q_OVERFLOW, which is in the queue at most once.</summary>
    public void Add(int watch, FileEvents events, uint cookie, ReadOnlySpan<byte> name)
    {
        if (_count > 0 && IsNewest(watch, events, name))
        {
            return;
        }

        // Room for the overflow is always kept.
        int length = name.IsEmpty ? 0 : (name.Length + HeaderBytes) & ~(HeaderBytes - 1);
        if (_count < MaximumEvents && TryMakeRoom(HeaderBytes + length + HeaderBytes))
        {
            Write(watch, events, cookie, name, length);
        }
        else if (!_hasOverflow && TryMakeRoom(HeaderBytes))
        {
            _hasOverflow = true;
            Write(NoWatch, FileEvents.QueueOverflow, 0, default, 0);
        }
    }

    /// <summary>Gives the oldest event, which fits; false is a bad address.</summary>
    public bool TryTake(ref DataSink to)
    {
        int length = FirstBytes;
        if (to.Write(_bytes.AsSpan(_start, length)) != length)
        {
            return false;
        }

        _hasOverflow &= BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(_start)) != NoWatch;
        _start += length;
        if (--_count == 0)
        {
            _start = 0;
            _end = 0;
        }

        return true;
    }

    private int RecordBytes(int at) => HeaderBytes + BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at + 12));

    // The cookie is not compared (fs/notify/inotify/inotify_fsnotify.c).
    private bool IsNewest(int watch, FileEvents events, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> record = _bytes.AsSpan(_newest, RecordBytes(_newest));
        ReadOnlySpan<byte> there = record[HeaderBytes..].TrimEnd((byte)0);
        return (events & FileEvents.Ignored) == 0 && BinaryPrimitives.ReadInt32LittleEndian(record) == watch
            && BinaryPrimitives.ReadUInt32LittleEndian(record[4..]) == (uint)events && there.SequenceEqual(name);
    }

    private void Write(int watch, FileEvents events, uint cookie, ReadOnlySpan<byte> name, int length)
    {
        Span<byte> record = _bytes.AsSpan(_end, HeaderBytes + length);
        record.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(record, watch);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)events);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], cookie);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], length);
        name.CopyTo(record[HeaderBytes..]);
        _newest = _end;
        _end += record.Length;
        _count++;
    }

    private bool TryMakeRoom(int bytes)
    {
        if (_bytes.Length - _end >= bytes)
        {
            return true;
        }

        if (_start >= _bytes.Length / 2 && _bytes.Length - Bytes >= bytes)
        {
            _bytes.AsSpan(_start, Bytes).CopyTo(_bytes);
            _newest -= _start;
            _end -= _start;
            _start = 0;
            return true;
        }

        int size = Math.Max(256, _bytes.Length * 2);
        if (!KernelHeap.CanAllocate(size))
        {
            return false;
        }

        Array.Resize(ref _bytes, size);
        return true;
    }
}
