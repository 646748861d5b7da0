using System;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Threading;

namespace Mote.Cli.Diagnostics;

/// <summary>One connection of a tool: what it sends goes to the machine, what the machine sends waits here until the tool takes it, up to the credit that the machine was given.</summary>
internal sealed class DiagnosticClient(DiagnosticRelay relay, uint number, Socket tool, int process)
{
    private const int Window = 1 << 20;
    private const int BufferBytes = 16 * 1024;

    private readonly BlockingCollection<byte[]> _answers = [];
    private readonly AnswerRewriter _rewriter = new(process);
    private int _waiting;
    private int _directions = 2;
    private volatile bool _isAnsweredHere;

    public uint Number => number;

    public void Start()
    {
        GiveCredit(Window);
        new Thread(CarryRequests) { IsBackground = true, Name = "diagnostic requests" }.Start();
        new Thread(CarryAnswers) { IsBackground = true, Name = "diagnostic answers" }.Start();
    }

    /// <summary>Bytes of the program. A machine that sends more than it may loses the session.</summary>
    public void Give(ReadOnlySpan<byte> bytes)
    {
        if (Interlocked.Add(ref _waiting, bytes.Length) > Window || !TryAdd(bytes.ToArray()))
        {
            Finish();
            relay.Forget(this);
        }
    }

    /// <summary>Nothing more comes: the tool gets what waits, and the end.</summary>
    public void Finish() => _answers.CompleteAdding();

    private bool TryAdd(byte[] answer)
    {
        try
        {
            return !_answers.IsAddingCompleted && _answers.TryAdd(answer);
        }
        catch (InvalidOperationException)
        {
            return false; // the machine ended just now
        }
    }

    private void CarryRequests()
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            if (TryTakeDump(buffer, out int count))
            {
                return;
            }

            _rewriter.Observe(buffer.AsSpan(0, count));
            relay.Send(DiagnosticFrameKind.Data, number, buffer.AsSpan(0, count));
            while ((count = tool.Receive(buffer)) > 0)
            {
                _rewriter.Observe(buffer.AsSpan(0, count));
                relay.Send(DiagnosticFrameKind.Data, number, buffer.AsSpan(0, count));
            }

            relay.Send(DiagnosticFrameKind.End, number, []);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            relay.Forget(this);
        }

        EndDirection();
    }

    /// <summary>Takes a request's header. True when the request is answered here, and the machine does not see it.</summary>
    private bool TryTakeDump(byte[] buffer, out int count)
    {
        int received = 1;
        for (count = 0; count < DumpRequest.HeaderBytes && received > 0; count += received)
        {
            received = tool.Receive(buffer, count, DumpRequest.HeaderBytes - count, SocketFlags.None);
        }

        if (count < DumpRequest.HeaderBytes || !DumpRequest.IsOne(buffer))
        {
            return false;
        }

        _isAnsweredHere = true;
        Finish();
        relay.Forget(this);
        DumpRequest.Answer(tool, buffer[..count], relay.Cores);
        return true;
    }

    private void CarryAnswers()
    {
        try
        {
            foreach (byte[] answer in _answers.GetConsumingEnumerable())
            {
                _rewriter.Rewrite(answer);
                for (int done = 0; done < answer.Length;)
                {
                    done += tool.Send(answer.AsSpan(done), SocketFlags.None);
                }

                Interlocked.Add(ref _waiting, -answer.Length);
                GiveCredit(answer.Length);
            }

            if (!_isAnsweredHere)
            {
                tool.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The tool has gone in the middle of an answer.
            relay.Forget(this);
        }

        EndDirection();
    }

    private void EndDirection()
    {
        if (Interlocked.Decrement(ref _directions) == 0)
        {
            tool.Dispose();
        }
    }

    private void GiveCredit(int bytes)
    {
        Span<byte> body = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(body, (uint)bytes);
        relay.Send(DiagnosticFrameKind.Credit, number, body);
    }
}
