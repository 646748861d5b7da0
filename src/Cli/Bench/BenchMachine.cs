using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Text;
using System.Threading;

namespace Mote.Cli.Bench;

/// <summary>One run of QEMU whose serial port is read until a line with a known beginning is complete.</summary>
/// <param name="Line">That line, from its beginning; <c>null</c> when the machine ended or the time was over before it.</param>
/// <param name="FirstByteMs">From the start of QEMU to the first byte of that line, milliseconds.</param>
internal sealed record BenchMachine(string? Line, double FirstByteMs)
{
    private const int LimitMs = 60_000;

    public static BenchMachine Run(string qemu, IReadOnlyList<string> arguments, string beginning)
    {
        ProcessStartInfo start = new(qemu, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start) ?? throw new CliException($"{qemu} did not start", ExitStatus.MachineFailed);
        using Timer limit = new(_ => Kill(process), null, LimitMs, Timeout.Infinite);
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
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
        return new BenchMachine(line, firstMs);
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
