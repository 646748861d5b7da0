using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Terminals;

// The readers' side of the buffer.
public sealed partial class LineDiscipline
{
    /// <summary>Whether a read would return now: a whole line, or any byte when lines do not matter.</summary>
    internal bool IsReadable => Settings.Has(LocalModes.Canonical) ? _lineEnd != _tail : _head != _tail;

    /// <summary>Whether poll(2) says so: without a timer, VMIN bytes must be there.</summary>
    internal bool IsPollReadable
    {
        get
        {
            if (Settings.Has(LocalModes.Canonical))
            {
                return _lineEnd != _tail;
            }

            int minimum = Settings[ControlCharacter.Time] == 0 ? Settings[ControlCharacter.Minimum] : 0;
            return _head - _tail >= Math.Max(minimum, 1);
        }
    }

    /// <summary>FIONREAD: bytes of whole lines, or all.</summary>
    internal int Available
    {
        get
        {
            if (!Settings.Has(LocalModes.Canonical))
            {
                return (int)(_head - _tail);
            }

            int count = 0;
            for (long at = _tail; at != _lineEnd; at++)
            {
                int index = Index(at);
                count += _endsLine[index] && _bytes[index] == TerminalSettings.Disabled ? 0 : 1;
            }

            return count;
        }
    }

    /// <summary>Gives a line, or its part that fits; an end of file right behind goes with it. Returns the bytes given; less than wanted with a bad address.</summary>
    internal int ReadLine(ref DataSink to)
    {
        long limit = Math.Min(_lineEnd - _tail, (long)Math.Min(to.Remaining, BufferBytes) + 1);
        int length = 0;
        while (length < limit && !_endsLine[Index(_tail + length)])
        {
            length++;
        }

        bool hasEnd = length < limit;
        bool isEndOfFile = hasEnd && _bytes[Index(_tail + length)] == TerminalSettings.Disabled;
        int wanted = (int)Math.Min((ulong)(length + (hasEnd && !isEndOfFile ? 1 : 0)), to.Remaining);
        int given = Give(ref to, wanted);
        if (isEndOfFile && given == length)
        {
            _endsLine[Index(_tail)] = false;
            _tail++;
        }

        return given;
    }

    /// <summary>Gives as many bytes as there are and fit.</summary>
    internal int ReadBytes(ref DataSink to) => Give(ref to, (int)Math.Min((ulong)(_head - _tail), to.Remaining));

    private int Give(ref DataSink to, int count)
    {
        int done = 0;
        while (done < count)
        {
            int index = Index(_tail);
            int chunk = Math.Min(count - done, BufferBytes - index);
            int copied = to.Write(_bytes.AsSpan(index, chunk));
            _tail += copied;
            done += copied;
            if (copied < chunk)
            {
                break;
            }
        }

        if (_lineEnd < _tail)
        {
            _lineEnd = _tail;
        }

        return done;
    }
}
