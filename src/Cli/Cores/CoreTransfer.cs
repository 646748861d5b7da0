using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Threading;

namespace Mote.Cli.Cores;

/// <summary>
/// One core on its way from the machine to where it goes, on a thread of its own: the machine sends as much as was taken, so that a slow
/// target delays nothing else.
/// </summary>
/// <param name="target">Where it goes.</param>
/// <param name="send">Sends a line to the machine.</param>
/// <param name="mostBytes">More than this is not a core of this machine.</param>
internal sealed class CoreTransfer(CoreTarget target, Func<string, bool> send, long mostBytes)
{
    private const int Window = 1 << 20;

    /// <summary>Pieces that may wait: of bytes those of the window, and one of zeros after each.</summary>
    private const int MostPieces = 4096;

    private readonly BlockingCollection<(byte[]? Bytes, long Zeros)> _pieces = new(MostPieces);
    private Thread? _thread;
    private long _received;
    private string? _failure;
    private bool _isWhole;
    private volatile bool _isGivenUp;

    /// <summary>The machine has begun: it may send.</summary>
    public void Begin()
    {
        Grant(Window);
        _thread = new Thread(Carry) { IsBackground = true, Name = "core" };
        _thread.Start();
    }

    public void Put(byte[] bytes)
    {
        _received += bytes.Length;
        Add(bytes, 0);
    }

    public void Skip(long zeros) => Add(null, zeros);

    /// <summary>It is whole.</summary>
    public void Finish()
    {
        _isWhole = true;
        _pieces.CompleteAdding();
    }

    /// <summary>Nothing more comes.</summary>
    public void Fail(string why)
    {
        _failure ??= why;
        _pieces.CompleteAdding();
        if (_thread is null)
        {
            target.Fail(why);
        }
    }

    /// <summary>Waits until the target has what there is.</summary>
    public bool Join(TimeSpan atMost) => _thread?.Join(atMost) ?? true;

    private void Add(byte[]? bytes, long zeros)
    {
        if (_isGivenUp || _pieces.IsAddingCompleted)
        {
            return; // the machine has not heard of it yet
        }

        if (_received > mostBytes || !_pieces.TryAdd((bytes, zeros)))
        {
            GiveUp("the machine sends more than it may");
        }
    }

    private void Carry()
    {
        try
        {
            foreach ((byte[]? bytes, long zeros) in _pieces.GetConsumingEnumerable())
            {
                if (_isGivenUp)
                {
                    break;
                }

                if (bytes is null)
                {
                    target.Skip(zeros);
                }
                else
                {
                    target.Put(bytes);
                    Grant(bytes.Length);
                }
            }

            if (_isWhole && _failure is null)
            {
                target.Finish();
                return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            GiveUp(e.Message);
        }

        target.Fail(_failure ?? "the machine did not send all of it");
    }

    private void GiveUp(string why)
    {
        _failure ??= why;
        _isGivenUp = true;
        _ = send("core stop"); // false when the machine has ended
    }

    private void Grant(int bytes) => _ = send(string.Create(CultureInfo.InvariantCulture, $"core more {bytes}"));
}
