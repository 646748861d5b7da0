using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Text;
using System.Threading;

namespace Mote.Cli.Bench;

/// <summary>One run of QEMU whose serial port is read, to the machine's end or until a line with a known beginning is complete.</summary>
/// <param name="Line">That line, from its beginning; <c>null</c> when the machine ended or the time was over before it.</param>
/// <param name="FirstByteMs">From the start of QEMU to the first byte of that line, milliseconds.</param>
/// <param name="Text">All that was read.</param>
/// <param name="EndMs">From the start of QEMU to its end, milliseconds.</param>
internal sealed record BenchMachine(string? Line, double FirstByteMs, string Text, double EndMs)
{
    private const int LimitMs = 60_000;
    private const int LongLimitMs = 300_000;

    /// <summary>Runs until a line with this beginning is complete, and kills the machine then.</summary>
    public static BenchMachine Run(string qemu, IReadOnlyList<string> arguments, string beginning, bool takesLong = false)
    {
        long started = Stopwatch.GetTimestamp();
        using Process process = Start(qemu, arguments);
        using Timer limit = new(_ => Kill(process), null, takesLong ? LongLimitMs : LimitMs, Timeout.Infinite);
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        double firstMs = 0;
        string? line = null;
        int count;
        while (line is null && (count = process.StandardOutput.BaseStream.Read(buffer, 0, buffer.Length)) > 0)
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            string all = text.ToString();
            int at = all.IndexOf(beginning, StringComparison.Ordinal);
            if (at >= 0 || (firstMs == 0 && all.EndsWith(beginning[0])))
            {
                firstMs = firstMs == 0 ? Stopwatch.GetElapsedTime(started).TotalMilliseconds : firstMs;
                int end = at < 0 ? -1 : all.IndexOf('\n', at);
                line = end < 0 ? null : all[at..end].TrimEnd('\r');
            }
            else
            {
                firstMs = beginning.StartsWith(all[Math.Max(0, all.Length - beginning.Length)..], StringComparison.Ordinal) ? firstMs : 0;
            }
        }

        Kill(process);
        process.WaitForExit();
        return new BenchMachine(line, firstMs, text.ToString(), Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>Runs until the machine ends itself.</summary>
    /// <returns><see cref="Text"/> and <see cref="EndMs"/>.</returns>
    public static BenchMachine RunToEnd(string qemu, IReadOnlyList<string> arguments)
    {
        long started = Stopwatch.GetTimestamp();
        using Process process = Start(qemu, arguments);
        using Timer limit = new(_ => Kill(process), null, LongLimitMs, Timeout.Infinite);
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new BenchMachine(null, 0, text, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    private static Process Start(string qemu, IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(qemu, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process = Process.Start(start) ?? throw new CliException($"{qemu} did not start", ExitStatus.MachineFailed);
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }
}
