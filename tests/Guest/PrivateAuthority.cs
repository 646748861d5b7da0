using System;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mote.Tests.Guest;

/// <summary>A certificate authority that only the test knows, and a certificate of its for "localhost" and "machine.test".</summary>
internal sealed class PrivateAuthority : IDisposable
{
    private readonly X509Certificate2 _authority;

    public PrivateAuthority()
    {
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-1), to = from.AddDays(30);
        using ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest authority = new("CN=Private authority of a test", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        _authority = authority.CreateSelfSigned(from, to);

        CertificateRequest request = new("CN=machine.test", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddDnsName("machine.test");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 issued = request.Create(_authority, from, to, [1, 2, 3, 4]);
        Certificate = issued.CopyWithPrivateKey(key);
        KeyPem = key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; }

    public string CertificatePem => Certificate.ExportCertificatePem() + "\n";

    public string KeyPem { get; }

    /// <summary>What a client must trust.</summary>
    public string AuthorityPem => _authority.ExportCertificatePem() + "\n";

    public void Dispose()
    {
        Certificate.Dispose();
        _authority.Dispose();
    }
}
