using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Mote.Imaging.Elf;
using Mote.Imaging.Inputs;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Rules;

/// <summary>
/// A server of a Debian package: what the packages of its source install for it to read (settings, data, modules), and the folders that it writes to, empty, with their owners. A server is what a
/// package brings a unit of systemd or a script of init for.
/// </summary>
internal sealed partial class ServerRule : IImageRule
{
    private const string SettingsWhy = "rule server: settings";
    private const string DataWhy = "rule server: data of the package";
    private const string ModuleWhy = "rule server: a module of the package";
    private const string StateWhy = "rule server: a folder that it writes to";

    // More than this is not meant for one program in the memory of a machine.
    private const long MostDataBytes = 64 << 20;

    // Folders of /etc that packages share: only the package's own files in them count. What only the host's own start, tasks and tools read is left out.
    private static readonly HashSet<string> s_shared = new(StringComparer.Ordinal) { "ssl", "security", "pam.d", "X11", "fonts", "sasl2", "ldap", "ca-certificates", "php", "perl", "python3", "mysql" };

    public string Name => "server";

    public string Description => "Adds what the Debian packages of a server install for it: settings, data, modules, and its empty folders below /var and /run.";

    public IReadOnlyList<(string Name, string Description)> Variants { get; } = [("data", "the data of the packages also where it takes more than 64 MB")];

    public string? Recognize(LoadedProgram program)
    {
        string file = program.HostReal;
        bool isPlace = file.StartsWith("/usr/", StringComparison.Ordinal) && !file.StartsWith("/usr/local/", StringComparison.Ordinal) && !Interpreter().IsMatch(GuestPath.Name(file));
        return isPlace && Start(Surroundings(program), program) is { } start ? $"{start} starts {GuestPath.Name(program.HostPath)}" : null;
    }

    public void Apply(ImageAssembly assembly, LoadedProgram program, IReadOnlySet<string> variants)
    {
        IReadOnlyList<string> paths = Surroundings(program);
        var modules = new List<(string HostReal, string GuestPath)>();
        var data = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            if (path.StartsWith("/etc/", StringComparison.Ordinal))
            {
                AddSettings(assembly, path, seen);
            }
            else if (path.StartsWith("/var/", StringComparison.Ordinal))
            {
                AddState(assembly, path);
            }
            else if (IsData().IsMatch(path) && !NotData().IsMatch(path))
            {
                data.Add(path);
            }
        }

        AddData(assembly, data, modules, variants.Contains("data"));
        assembly.Notes.AddRange(program.Scope.LoadModules(modules).Values);
        AddRunFolders(assembly, paths);
        assembly.AddHostPath("/etc/mime.types", SettingsWhy);
    }

    // The package knows the program by one of its names; before /usr was merged, by one without it.
    private static IReadOnlyList<string> Surroundings(LoadedProgram program)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { program.HostPath, program.HostReal };
        names.UnionWith(names.Where(name => name.StartsWith("/usr/", StringComparison.Ordinal)).Select(name => name["/usr".Length..]).ToArray());
        return DebianPackages.SurroundingsOf(program.Scope.Assembly.Host, [.. names]);
    }

    /// <summary>The unit or script that starts the program, or null.</summary>
    private static string? Start(IReadOnlyList<string> paths, LoadedProgram program)
    {
        HostFiles host = program.Scope.Assembly.Host;
        bool isSystemProgram = program.HostReal.StartsWith("/usr/sbin/", StringComparison.Ordinal);
        foreach (string path in paths)
        {
            if (StartFile().IsMatch(path) && host.ResolveFile(path) is { } real && (isSystemProgram || Names(real, program.HostPath) || Names(real, program.HostReal)))
            {
                return path;
            }
        }

        return null;
    }

    private static bool Names(string file, string program) => Regex.IsMatch(File.ReadAllText(file), Regex.Escape(program) + @"(?![\w.-])");

    private static void AddSettings(ImageAssembly assembly, string path, HashSet<string> seen)
    {
        string[] names = path.Split('/');
        if (HostOnly().IsMatch(names[2]))
        {
            return;
        }

        string top = "/etc/" + names[2];
        if (s_shared.Contains(names[2]) || !assembly.Host.IsDirectory(top))
        {
            if (assembly.Host.IsFile(path))
            {
                assembly.AddHostPath(path, SettingsWhy);
            }
        }
        else if (seen.Add(top))
        {
            // Whole: what the administrator of the host has put there belongs to the settings.
            AddFolder(assembly, top);
        }
    }

    private static void AddFolder(ImageAssembly assembly, string folder)
    {
        assembly.AddHostPath(folder, SettingsWhy);
        foreach (string name in assembly.Host.List(folder))
        {
            string path = folder + "/" + name;
            if (assembly.Host.Look(path).Kind == HostKind.Directory)
            {
                AddFolder(assembly, path);
            }
            else if (assembly.Host.IsFile(path))
            {
                assembly.AddHostPath(path, SettingsWhy);
            }
        }
    }

    // What lies in such a folder on the host is the host's: only the package's own files come along.
    private static void AddState(ImageAssembly assembly, string path)
    {
        if (assembly.Host.IsDirectory(path))
        {
            assembly.AddOwnedFolder(path, StateWhy);
        }
        else if (assembly.Host.IsFile(path))
        {
            assembly.AddHostPath(path, DataWhy);
        }
    }

    private static void AddData(ImageAssembly assembly, List<string> paths, List<(string HostReal, string GuestPath)> modules, bool isAll)
    {
        var files = new List<(string Path, string Real)>();
        long bytes = 0;
        foreach (string path in paths)
        {
            if (assembly.Host.ResolveFile(path) is { } real && !IsProgram(real))
            {
                files.Add((path, real));
                bytes += assembly.Host.Look(real).Size;
            }
        }

        if (bytes > MostDataBytes && !isAll)
        {
            assembly.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"rule server left out the data of the packages ({bytes / 1e6:F0} MB). It comes with --rule server:data, a part of it with --add."));
            return;
        }

        foreach ((string path, string real) in files)
        {
            bool isModule = SharedObject().IsMatch(GuestPath.Name(real));
            string guest = assembly.AddHostPath(path, isModule ? ModuleWhy : DataWhy)!;
            if (isModule)
            {
                modules.Add((real, guest));
            }
        }
    }

    // Further programs, which the server would start in processes of their own.
    private static bool IsProgram(string real)
    {
        using FileStream file = HostFiles.Open(real);
        try
        {
            return ElfReader.IsElf(file) && ElfReader.Read(file, real) is { Kind: not ElfKind.SharedObject } or { Interpreter: not null };
        }
        catch (ImageException)
        {
            return false;
        }
    }

    // tmpfiles.d(5) and systemd.exec(5): folders below /run, which the host's start makes, and the state that systemd makes for a unit.
    private static void AddRunFolders(ImageAssembly assembly, IReadOnlyList<string> paths)
    {
        foreach (string path in paths)
        {
            bool isUnit = path.EndsWith(".service", StringComparison.Ordinal);
            if ((!isUnit && !path.Contains("/tmpfiles.d/", StringComparison.Ordinal)) || assembly.Host.ResolveFile(path) is not { } real)
            {
                continue;
            }

            string text = File.ReadAllText(real);
            string user = isUnit && UnitUser().Match(text) is { Success: true } match ? match.Groups[1].Value : "root";
            foreach (Match line in (isUnit ? UnitFolder() : RunFolder()).Matches(text))
            {
                foreach (string name in isUnit ? line.Groups[2].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [line.Groups[1].Value])
                {
                    string root = !isUnit ? "" : line.Groups[1].Value switch { "Runtime" => "/run/", "State" => "/var/lib/", "Cache" => "/var/cache/", _ => "/var/log/" };
                    string folder = GuestPath.Normalize(root + (name.StartsWith("/var/run/", StringComparison.Ordinal) ? name["/var".Length..] : name));
                    string owner = isUnit ? user : line.Groups[2].Value;
                    assembly.Tree.AddOwnedDirectory(folder, new DirectoryNode(DirectoryNode.DefaultMode, StateWhy) { Owner = HostUsers.Find(BaseFiles.Read(assembly, "/etc/passwd"), owner) });
                }
            }
        }
    }

    // Programs that other rules know, shells, and tools that their packages happen to bring a unit for.
    [GeneratedRegex(@"^(python|perl|ruby|php\d|node|lua|tclsh|guile|gawk|java|bash|dash|busybox|git|openssl|curl|file|rsync|sudo|su|login|mount|umount|top|ps|vim?|less)[\d.-]*$")]
    private static partial Regex Interpreter();

    [GeneratedRegex(@"^(/usr)?/lib/systemd/system/[^/]+\.service$|^/etc/init\.d/[^/]+$")]
    private static partial Regex StartFile();

    [GeneratedRegex(@"^(init\.d|rc.*|insserv.*|default|logrotate\.d|cron.*|systemd|ufw|apparmor.*|bash_completion\.d|logcheck|profile\.d|init|sysctl\.d|network|resolvconf|dhcp|ppp|NetworkManager|needrestart|rsyslog\.d|fail2ban|udev|modprobe\.d|apt|alternatives|kernel|selinux|sudoers\.d|pam\.d|monit|munin|X11)$")]
    private static partial Regex HostOnly();

    [GeneratedRegex(@"^(/usr)?/(share|lib|lib64|libexec)/.")]
    private static partial Regex IsData();

    [GeneratedRegex(@"^/usr/share/(doc|man|info|locale|lintian|bug|doc-base|bash-completion|zsh|fish|vim|applications|icons|pixmaps|menu|metainfo|polkit-1|dbus-1|apport|initramfs-tools|reportbug|gdb|munin|nagios-plugins|logcheck|perl5|python3|pkgconfig|aclocal|examples)(/|$)|^(/usr)?/lib/(systemd|tmpfiles\.d|sysusers\.d|python3|pkgconfig|udev|modules-load\.d|sysctl\.d|resolvconf|pm-utils|security|init|firewalld)(/|$)|/(pkgconfig|cmake|examples?|tests?)/|\.(a|la|h|service|md|gz)$")]
    private static partial Regex NotData();

    [GeneratedRegex(@"\.so(\.|$)")]
    private static partial Regex SharedObject();

    [GeneratedRegex(@"^User=(\S+)", RegexOptions.Multiline)]
    private static partial Regex UnitUser();

    [GeneratedRegex(@"^(Runtime|State|Cache|Logs)Directory=(.+)$", RegexOptions.Multiline)]
    private static partial Regex UnitFolder();

    [GeneratedRegex(@"^[dD]\S*\s+(/(?:var/)?run/\S+)\s+\S+\s+(\S+)", RegexOptions.Multiline)]
    private static partial Regex RunFolder();
}
