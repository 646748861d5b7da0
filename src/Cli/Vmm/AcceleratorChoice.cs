using System;
using System.IO;
using Mote.Imaging;

namespace Mote.Cli.Vmm;

/// <summary>Which accelerator a machine gets. What a probe boot showed is remembered until the host boots again or another QEMU is installed.</summary>
internal static class AcceleratorChoice
{
    private const string KvmDevice = "/dev/kvm";

    /// <exception cref="CliException">KVM was asked for and is not there.</exception>
    public static Accelerator Resolve(Accelerator wish, string qemu) => wish switch
    {
        Accelerator.Kvm when KvmRefusal() is string refusal => throw new CliException($"--accel kvm: {refusal}", ExitStatus.Missing),
        Accelerator.Kvm when Trial(qemu, isPatient: true) is { Works: false, Text: string reason } =>
            throw new CliException($"--accel kvm: {KvmDevice} is there, but {reason}; --accel tcg works on every computer", ExitStatus.Missing),
        Accelerator.Auto when KvmRefusal() is not null => Accelerator.Tcg,
        Accelerator.Auto => Trial(qemu, isPatient: false).Works ? Accelerator.Kvm : Accelerator.Tcg,
        _ => wish,
    };

    /// <summary>Why /dev/kvm cannot be opened, or <c>null</c> when it can.</summary>
    public static string? KvmRefusal()
    {
        try
        {
            using FileStream device = new(KvmDevice, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return $"no permission to open {KvmDevice} (be a member of its group: sudo usermod -aG kvm $USER, then log in again)";
        }
        catch (IOException)
        {
            return $"{KvmDevice} does not exist or cannot be opened (no virtualization on this computer, or the kvm module is not loaded)";
        }
    }

    /// <summary>What a trial of KVM has shown. One that worked counts until the host boots again; one that failed, for a patient one is made anew.</summary>
    private static ProbeResult Trial(string qemu, bool isPatient)
    {
        string key = $"{ProbeGuest.Version} {Text("/proc/sys/kernel/random/boot_id")} {qemu} {File.GetLastWriteTimeUtc(qemu).Ticks}";
        string remembered = Path.Combine(Installation.CacheFolder(), "kvm-probe");
        if (Text(remembered) is string known && known.StartsWith(key + " ", StringComparison.Ordinal))
        {
            bool worked = known.EndsWith(" works", StringComparison.Ordinal);
            if (worked || !isPatient)
            {
                return new ProbeResult(worked, "a guest did not run when it was tried", TimeSpan.Zero);
            }
        }

        ProbeResult result = AcceleratorProbe.Try(qemu, Accelerator.Kvm, isPatient: isPatient);
        try
        {
            PrivateFolder.Create(Installation.CacheFolder());
            File.WriteAllText(remembered, $"{key} {(result.Works ? "works" : "fails")}\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without a cache each start probes anew.
        }

        return result;
    }

    private static string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
