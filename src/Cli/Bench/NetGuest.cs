using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Mote.Cli.Vmm;

namespace Mote.Cli.Bench;

/// <summary>A machine with a server in it, one port of which is a port of this computer.</summary>
internal sealed class NetGuest : IDisposable
{
    /// <summary>Between two tries to get the first answer: a twentieth of the time that has passed, so that what is measured is known to a twentieth.</summary>
    private const int TryParts = 20;
    private const int AnswerLimitMs = 120_000;

    private readonly Process _process;
    private readonly StringBuilder _text = new();
    private readonly long _started;

    private NetGuest(Process process, int port, long started)
    {
        _process = process;
        Port = port;
        _started = started;
    }

    /// <summary>The port of this computer.</summary>
    public int Port { get; }

    /// <summary>All that came from the serial port so far.</summary>
    public string Text
    {
        get
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }

    /// <summary>CPU time of the thread that runs the machine's CPU, in nanoseconds. While the machine's CPU is halted that thread sleeps, so idle time does not count.</summary>
    /// <exception cref="CliException">The machine has ended.</exception>
    public double CpuNs
    {
        get
        {
            string tasks = $"/proc/{_process.Id.ToString(CultureInfo.InvariantCulture)}/task";
            string? task = Directory.Exists(tasks)
                ? Directory.EnumerateDirectories(tasks).FirstOrDefault(folder => File.ReadAllText(Path.Combine(folder, "comm")).StartsWith("CPU ", StringComparison.Ordinal))
                : null;
            return task is null
                ? throw new CliException("a machine has ended before it was measured: " + Text, ExitStatus.MachineFailed)
                : double.Parse(File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>A user network of QEMU that leads from a free port of this computer to one of the machine.</summary>
    public static NetworkOptions Forward(int guestPort, out int hostPort)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        hostPort = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return NetworkOptions.Create(null, [new PublishedPort(IPAddress.Loopback, hostPort, guestPort, IsUdp: false)], null);
    }

    /// <summary>Starts the machine.</summary>
    public static NetGuest Start(string qemu, IEnumerable<string> arguments, int port)
    {
        long started = Stopwatch.GetTimestamp();
        ProcessStartInfo start = new(qemu, [.. arguments, "-name", "bench,debug-threads=on"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process = Process.Start(start) ?? throw new CliException($"{qemu} did not start", ExitStatus.MachineFailed);
        NetGuest guest = new(process, port, started);
        process.OutputDataReceived += (_, line) => guest.Add(line.Data);
        process.ErrorDataReceived += (_, line) => guest.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return guest;
    }

    /// <summary>Asks again and again, each time on a new connection, until there is an answer: one that was made before the machine listens may wait for seconds.</summary>
    /// <returns>From starting QEMU to the answer, milliseconds; null when there is none.</returns>
    public double? FirstAnswerMs(string request)
    {
        using CancellationTokenSource over = new(AnswerLimitMs);
        TaskCompletionSource<double> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<Task> tries = [];
        while (!first.Task.IsCompleted && !over.IsCancellationRequested && !_process.HasExited)
        {
            tries.Add(Ask(Encoding.ASCII.GetBytes(request), first, over.Token));
            int pauseMs = Math.Clamp((int)Stopwatch.GetElapsedTime(_started).TotalMilliseconds / TryParts, 2, 50);
            first.Task.Wait(pauseMs);
        }

        over.Cancel();
        Task.WaitAll([.. tries]);
        return first.Task.IsCompletedSuccessfully ? first.Task.Result : null;
    }

    /// <summary>Waits for a line with this beginning on the serial port; null when the machine ends or the time is over without one.</summary>
    public string? WaitForLine(string beginning, int limitMs)
    {
        for (long start = Stopwatch.GetTimestamp(); ; Thread.Sleep(20))
        {
            bool hasEnded = _process.HasExited;
            string? line = Text.Split('\n').FirstOrDefault(text => text.StartsWith(beginning, StringComparison.Ordinal));
            if (line is not null || hasEnded || Stopwatch.GetElapsedTime(start).TotalMilliseconds > limitMs)
            {
                return line;
            }
        }
    }

    public void Dispose()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }

        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>One try: its answer is the first, or nothing.</summary>
    private async Task Ask(byte[] request, TaskCompletionSource<double> first, CancellationToken over)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port, over).ConfigureAwait(false);
            await socket.SendAsync(request, SocketFlags.None, over).ConfigureAwait(false);
            if (await socket.ReceiveAsync(new byte[1], SocketFlags.None, over).ConfigureAwait(false) > 0)
            {
                first.TrySetResult(Stopwatch.GetElapsedTime(_started).TotalMilliseconds);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Nobody listens yet, or another try was answered.
        }
    }

    private void Add(string? line)
    {
        lock (_text)
        {
            _text.Append(line).Append('\n');
        }
    }
}
