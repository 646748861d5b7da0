using System;
using Mote.Imaging.Inputs;
using Mote.Imaging.Linking;

namespace Mote.Imaging.Rules;

/// <summary>Parts of the host that .NET's class library opens by name: ICU, OpenSSL with the trusted certificates, time zones.</summary>
internal sealed class DotNetHostParts(ImageAssembly assembly, LinkScope scope)
{
    private const string IcuWhy = "rule dotnet: ICU, opened by the class library for cultures";
    private const string TlsWhy = "rule dotnet: OpenSSL, opened by the class library for cryptography";
    private const string CertificatesWhy = "rule dotnet: certificates that the host trusts";
    private const string ZonesWhy = "rule dotnet: time zones";
    private const string Zones = "/usr/share/zoneinfo";

    private static readonly string[] s_libraryFolders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"];

    private readonly HostFiles _host = assembly.Host;

    /// <summary>False when the host has no ICU. The class library tries versions from the newest down (pal_icushim.c), so the file name carries the version.</summary>
    public bool TryAddIcu()
    {
        foreach (string folder in s_libraryFolders)
        {
            foreach (string name in _host.IsDirectory(folder) ? _host.List(folder) : [])
            {
                const string prefix = "libicuuc.so.";
                if (name.StartsWith(prefix, StringComparison.Ordinal) && !name[prefix.Length..].Contains('.')
                    && scope.TryLoad(name, IcuWhy) && scope.TryLoad("libicui18n.so." + name[prefix.Length..], IcuWhy))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>False when the host has no OpenSSL. Its configuration and its certificates come along.</summary>
    public bool TryAddOpenSsl()
    {
        if (!scope.TryLoad("libssl.so.3", TlsWhy) && !scope.TryLoad("libssl.so.1.1", TlsWhy))
        {
            return false;
        }

        // OPENSSLDIR of Debian and of Red Hat. Debian's holds links into /etc/ssl.
        foreach (string file in (string[])["/usr/lib/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf"])
        {
            if (_host.IsFile(file))
            {
                assembly.AddHostPath(file, TlsWhy);
            }
        }

        foreach (string file in (string[])["/usr/lib/ssl/cert.pem", "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/cert.pem"])
        {
            if (_host.IsFile(file))
            {
                assembly.AddHostPath(file, CertificatesWhy);
            }
        }

        // OpenSSL looks certificates up by the hash of their subject, .NET reads the whole folder (X509_get_default_cert_dir).
        foreach (string folder in (string[])["/usr/lib/ssl/certs", "/etc/pki/tls/certs"])
        {
            foreach (string name in _host.IsDirectory(folder) ? _host.List(_host.Resolve(folder)!) : [])
            {
                if (_host.IsFile($"{folder}/{name}"))
                {
                    assembly.AddHostPath($"{folder}/{name}", CertificatesWhy);
                }
            }
        }

        return true;
    }

    /// <summary>The time zones by their names, without the copies in other forms (posix, right). False when the host has none.</summary>
    public bool TryAddZones()
    {
        if (!_host.IsDirectory(Zones))
        {
            return false;
        }

        assembly.AddHostFolder(Zones, Zones, ZonesWhy, path => path is not ("posix" or "right" or "localtime" or "posixrules" or "leapseconds"));
        return true;
    }

    /// <summary>A library that the program names in a DllImport, by the names that the runtime tries (docs: "Native library loading").</summary>
    public void TryAddNative(string name, string by)
    {
        string why = $"opened by {by}, which names {name} in a DllImport";
        foreach (string candidate in name.Contains(".so", StringComparison.Ordinal) ? (string[])[name, "lib" + name] : [name + ".so", $"lib{name}.so", name, "lib" + name])
        {
            if (!name.Contains('/') && scope.TryLoad(candidate, why))
            {
                return;
            }
        }
    }
}
