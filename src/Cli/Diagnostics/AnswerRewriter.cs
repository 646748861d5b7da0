using System;

namespace Mote.Cli.Diagnostics;

/// <summary>
/// Puts the number of the process that tools see in the place of the number that the program has in its machine. Some compare the two: dotnet-gcdump drops the events of another process than the
/// one it asked. The number stands in the answer about the process and at the head of a trace (docs/design-docs/ipc-protocol.md of dotnet/diagnostics, NetTraceFormat.md of microsoft/perfview).
/// </summary>
internal sealed class AnswerRewriter(int process)
{
    /// <summary>Magic (14), size (2), command set (1), command (1), reserved (2).</summary>
    private const int HeaderBytes = 20;
    private const int CommandSetAt = 16;
    private const int CommandAt = 17;

    private const byte TraceCommands = 0x02;
    private const byte ProcessCommands = 0x04;
    private const byte GetProcessInfo3 = 0x08;

    /// <summary>CollectTracing and its successors.</summary>
    private const byte FirstCollect = 0x02;
    private const byte LastCollect = 0x06;

    /// <summary>An answer to a command that collects has the session's number (8) and then the trace.</summary>
    private const int TraceAt = HeaderBytes + 8;

    /// <summary>
    /// "Nettrace" (8), the length and text "!FastSerialization.1" (24), the tags and the type of the trace object (3 + 8 + 9 + 1), then its fields: time (16), clock (8), frequency (8), size of a
    /// pointer (4).
    /// </summary>
    private const int ProcessInTrace = 8 + 24 + 21 + 36;

    private readonly byte[] _header = new byte[HeaderBytes];
    private int _headerLength;
    private long _position;
    private bool _isOther;

    /// <summary>Looks at what the tool sends: what is asked for decides what the answer is.</summary>
    public void Observe(ReadOnlySpan<byte> request)
    {
        int count = Math.Min(HeaderBytes - _headerLength, request.Length);
        request[..count].CopyTo(_header.AsSpan(_headerLength));
        _headerLength += count;
    }

    /// <summary>Changes the next bytes of the answer in place.</summary>
    public void Rewrite(Span<byte> answer)
    {
        (long start, int length) = Field();
        for (int i = 0; i < answer.Length; i++, _position++)
        {
            // The answer is an error, or not of the form that is known.
            _isOther |= (_position == CommandSetAt && answer[i] != 0xff) || (_position == CommandAt && answer[i] != 0)
                || (start > TraceAt && _position >= TraceAt && _position < TraceAt + 8 && answer[i] != "Nettrace"u8[(int)(_position - TraceAt)]);
            if (!_isOther && _position >= start && _position < start + length)
            {
                answer[i] = (byte)((ulong)process >> (int)(8 * (_position - start)));
            }
        }
    }

    private (long Start, int Length) Field() => (_headerLength < HeaderBytes ? (byte)0 : _header[CommandSetAt], _header[CommandAt]) switch
    {
        (ProcessCommands, 0x00 or 0x04) => (HeaderBytes, sizeof(ulong)),
        (ProcessCommands, GetProcessInfo3) => (HeaderBytes + sizeof(uint), sizeof(ulong)), // after a version
        (TraceCommands, >= FirstCollect and <= LastCollect) => (TraceAt + ProcessInTrace, sizeof(uint)),
        _ => (0, 0),
    };
}
