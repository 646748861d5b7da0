using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>Servers in front of a second machine, which they reach as this computer's 10.0.2.2.</summary>
public sealed class ProxyTests
{
    [Fact]
    public async Task Nginx_and_haproxy_pass_on_what_a_second_machine_serves()
    {
        using ServedMachine behind = ServerProgram.Get("nginx").Start(ServedFiles.Option);
        string upstream = Path.Combine(Repository.Artifacts, $"behind-{behind.Port}.conf");
        File.WriteAllText(upstream, $"upstream behind {{\n  server 10.0.2.2:{behind.Port};\n  keepalive 32;\n}}\n");
        Assert.Equal(ServedFiles.Page, await HostClient.CurlUntil(behind, $"http://127.0.0.1:{behind.Port}/page.html"));
        using (ServedMachine front = ServerProgram.Get("nginx proxy").Start("--add", upstream + ":/srv/behind.conf"))
        {
            await Check(front);
        }

        File.Delete(upstream);
        using (ServedMachine front = ServerProgram.Get("haproxy").Start("--env", $"BEHIND=10.0.2.2:{behind.Port}"))
        {
            await Check(front);
        }

        Assert.Equal(behind.Ends, behind.Stop());
    }

    private static async Task Check(ServedMachine front)
    {
        string root = $"http://127.0.0.1:{front.Port}/";
        Assert.Equal(ServedFiles.Page, await HostClient.CurlUntil(front, root + "page.html"));
        Assert.Equal([.. ServedFiles.Blob, .. ServedFiles.Blob], HostClient.Curl(root + "blob.bin", root + "blob.bin"));
        HostClient.Wrk(front.Port, "page.html");
        Assert.Equal(front.Ends, front.Stop());
    }
}
