using System;
using System.IO;
using System.Linq;
using Mote.Imaging;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

/// <summary>The rule for servers of Debian packages, on what this host has installed, and what scripts of Python import.</summary>
public sealed class ServerRuleTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_server_gets_settings_data_and_its_empty_folders()
    {
        // The guest tests install it, where there is Debian.
        if (!File.Exists("/var/lib/dpkg/info/nginx-common.list"))
        {
            return;
        }

        ImageManifest manifest = Build("/usr/sbin/nginx").Manifest;

        Assert.Contains(manifest.Rules, rule => rule.Name == "server");
        foreach (string path in (string[])["/etc/nginx/nginx.conf", "/etc/nginx/mime.types", "/etc/nginx/sites-available/default", "/usr/share/nginx/html/index.html", "/var/lib/nginx", "/var/log/nginx"])
        {
            TestImage.Entry(manifest, path);
        }

        Assert.DoesNotContain(manifest.Files, entry => entry.Path.StartsWith("/etc/logrotate.d", StringComparison.Ordinal) || entry.Path.StartsWith("/usr/share/doc", StringComparison.Ordinal));
        Assert.DoesNotContain(manifest.Files, entry => entry.Kind == "file" && entry.Path.StartsWith("/var/log/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/usr/bin/cat")]
    [InlineData("/usr/bin/grep")]
    public void A_tool_is_no_server(string program) => Assert.Empty(Build(program).Manifest.Rules);

    [Fact]
    public void A_script_of_Python_gets_what_it_imports()
    {
        bool hasPackages = Directory.Exists("/usr/lib/python3/dist-packages/pkg_resources");
        _folder.WriteText("plain.py", "import json, os\n");
        _folder.WriteText("script.py", "import sqlite3 as db, beside\n  # import curses\nif 1:\n    from pkg_resources import get_distribution\n");
        _folder.WriteText("beside.py", "from zoneinfo import ZoneInfo\n");

        ImageManifest plain = Build("/usr/bin/python3", _folder["plain.py"]).Manifest;
        Assert.DoesNotContain(plain.Files, entry => entry.Path.Contains("sqlite3", StringComparison.Ordinal) || entry.Path.Contains("dist-packages/", StringComparison.Ordinal) || entry.Path.Contains("zoneinfo/", StringComparison.Ordinal) && entry.Path.StartsWith("/usr/share", StringComparison.Ordinal));

        ImageManifest script = Build("/usr/bin/python3", _folder["script.py"]).Manifest;
        Assert.Contains(script.Files, entry => entry.Path.Contains("/_sqlite3.cpython", StringComparison.Ordinal));
        Assert.Equal(hasPackages, script.Files.Any(entry => entry.Path.StartsWith("/usr/lib/python3/dist-packages/pkg_resources/_vendor/", StringComparison.Ordinal)));
        Assert.DoesNotContain(script.Files, entry => entry.Path.Contains("/curses/", StringComparison.Ordinal));
        Assert.Equal(File.Exists("/usr/share/zoneinfo/Europe/Berlin"), script.Files.Any(entry => entry.Path == "/usr/share/zoneinfo/Europe/Berlin"));
    }

    [Fact]
    public void Folders_of_users_belong_to_them()
    {
        Assert.Equal((33u, 33u), HostUsers.Find("root:x:0:0::/:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n", "www-data"));
        Assert.Equal((0u, 0u), HostUsers.Find("broken\n", "www-data"));
    }

    private MachineImage Build(string program, params string[] arguments) =>
        new ImageBuilder(SilentProgress.Instance).Build(new ImageRequest { ProgramPath = program, Arguments = arguments }, _folder["image"]);
}
