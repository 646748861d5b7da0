using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Tasks;

namespace Mote.Tests.Guest;

/// <summary>
/// Interfaces, addresses, routes and mounts apart from this computer's own, in namespaces of their own (network_namespaces(7), mount_namespaces(7)) that a shell holds. They go when it ends: when the test
/// is over, or, since the shell waits for its input to end, when the test's process is killed.
/// </summary>
internal sealed class NetworkNamespace : IDisposable
{
    private const string Ready = "ready";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Process _holder;
    private readonly Task<string> _errors;

    /// <summary>Namespaces with loopback alone, in which <paramref name="script"/> then makes what the test needs.</summary>
    /// <param name="script">For sh; <paramref name="arguments"/> are $1 and further. What it starts in the background it adds to $servers, by process id, and it ends with the namespaces.</param>
    public NetworkNamespace(string script, params string[] arguments)
    {
        string whole = $"""
            set -e
            servers=
            trap 'kill $servers 2>/dev/null && wait || :' EXIT
            mount -t sysfs sysfs /sys
            ip link set lo up
            {script}
            echo {Ready}
            read -r end || :
            """;
        _holder = Process.Start(new ProcessStartInfo("unshare", [.. Options, "sh", "-c", whole, "sh", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _errors = _holder.StandardError.ReadToEndAsync();
        if (_holder.StandardOutput.ReadLine() != Ready)
        {
            Dispose();
            throw new InvalidOperationException($"the network cannot be made: {_errors.Result}");
        }
    }

    /// <summary>unshare(1)'s. Who is not root is root in a user namespace.</summary>
    private static string[] Options => Environment.IsPrivilegedProcess ? ["--mount", "--net"] : ["--map-root-user", "--mount", "--net"];

    /// <summary>The process that is in the namespaces, for ip-link(8) to move an interface to.</summary>
    public string Holder => _holder.Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>Why this computer does not let a command of sh be run in such namespaces; <c>null</c> where it does.</summary>
    public static string? Obstacle(string command)
    {
        RunOutcome outcome = ChildRun.Run("unshare", [.. Options, "sh", "-c", "mount -t sysfs sysfs /sys && " + command], new ChildOptions());
        return outcome.Status == 0 ? null : $"this computer does not let networks and mounts be made in namespaces, and there: {command}: {outcome.ErrorText.Trim()}";
    }

    /// <summary>The same program started inside: the command becomes the program, so a signal for the one reaches the other.</summary>
    public ProcessStartInfo Enter(ProcessStartInfo start)
    {
        string folder = start.WorkingDirectory.Length > 0 ? start.WorkingDirectory : Environment.CurrentDirectory;
        string[] words = ["--target", Holder, "--mount", "--net", .. Environment.IsPrivilegedProcess ? (string[])[] : ["--user", "--preserve-credentials"], "env", "--chdir=" + folder, start.FileName, .. start.ArgumentList];
        start.FileName = "nsenter";
        start.ArgumentList.Clear();
        foreach (string word in words)
        {
            start.ArgumentList.Add(word);
        }

        return start;
    }

    public void Dispose()
    {
        if (!_holder.HasExited)
        {
            _holder.StandardInput.Close();
            if (!_holder.WaitForExit(s_patience))
            {
                _holder.Kill(entireProcessTree: true);
            }
        }

        _holder.Dispose();
    }
}
