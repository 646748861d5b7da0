using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

/// <summary>Cryptography by OpenSSL: hashes, ciphers, signatures, key exchange, certificates.</summary>
internal static class Cryptography
{
    public static Task Run(string folder)
    {
        byte[] data = Encoding.UTF8.GetBytes("the quick brown fox");
        Check.Say("md5", Convert.ToHexString(MD5.HashData(data)));
        Check.Say("sha1", Convert.ToHexString(SHA1.HashData(data)));
        Check.Say("sha256", Convert.ToHexString(SHA256.HashData(data)));
        Check.Say("sha512", Convert.ToHexString(SHA512.HashData(data)));
        Check.Say("hmac", Convert.ToHexString(HMACSHA256.HashData("key"u8, data)));
        Check.Say("pbkdf2", Convert.ToHexString(Rfc2898DeriveBytes.Pbkdf2("password", "salt and pepper"u8.ToArray(), 1000, HashAlgorithmName.SHA256, 24)));
        Check.Say("hkdf", Convert.ToHexString(HKDF.DeriveKey(HashAlgorithmName.SHA256, data, 16)));
        Ciphers(data);
        Signatures(data);
        Certificates(data);
        byte[] random = RandomNumberGenerator.GetBytes(64);
        Check.Say("random", random.Distinct().Count() > 20);
        return Task.CompletedTask;
    }

    private static void Ciphers(byte[] data)
    {
        using Aes aes = Aes.Create();
        aes.Key = SHA256.HashData("key"u8);
        byte[] iv = MD5.HashData("iv"u8);
        byte[] cbc = aes.EncryptCbc(data, iv);
        Check.Say("aes cbc", $"{Convert.ToHexString(cbc)} {aes.DecryptCbc(cbc, iv).AsSpan().SequenceEqual(data)}");
        using AesGcm gcm = new(aes.Key, 16);
        byte[] cipher = new byte[data.Length];
        byte[] tag = new byte[16];
        gcm.Encrypt(iv.AsSpan(0, 12), data, cipher, tag, "more"u8);
        Check.Say("aes gcm", Convert.ToHexString(cipher) + " " + Convert.ToHexString(tag));
        tag[0] ^= 1;
        try
        {
            gcm.Decrypt(iv.AsSpan(0, 12), cipher, tag, new byte[data.Length], "more"u8);
        }
        catch (CryptographicException e)
        {
            Check.Say("aes gcm forged", e.GetType().Name);
        }

        using ChaCha20Poly1305 chacha = new(aes.Key);
        chacha.Encrypt(iv.AsSpan(0, 12), data, cipher, tag);
        Check.Say("chacha", Convert.ToHexString(cipher));
    }

    private static void Signatures(byte[] data)
    {
        using RSA rsa = RSA.Create(2048);
        byte[] signature = rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        byte[] secret = rsa.Encrypt(data, RSAEncryptionPadding.OaepSHA256);
        using RSA open = RSA.Create();
        open.ImportFromPem(rsa.ExportSubjectPublicKeyInfoPem());
        Check.Say("rsa", $"{open.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)} {open.VerifyData("other"u8.ToArray(), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)} {rsa.Decrypt(secret, RSAEncryptionPadding.OaepSHA256).AsSpan().SequenceEqual(data)}");

        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] other = ecdsa.SignData(data, HashAlgorithmName.SHA256);
        Check.Say("ecdsa", $"{ecdsa.VerifyData(data, other, HashAlgorithmName.SHA256)} {other.Length}");
        using ECDiffieHellman one = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        using ECDiffieHellman two = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        Check.Say("ecdh", one.DeriveKeyMaterial(two.PublicKey).AsSpan().SequenceEqual(two.DeriveKeyMaterial(one.PublicKey)));
    }

    private static void Certificates(byte[] data)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=mote.example, O=Tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("mote.example");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2044, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using X509Certificate2 back = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx, "secret"), "secret");
        Check.Say("certificate", $"{back.Subject} {back.HasPrivateKey} {back.NotAfter.ToUniversalTime():yyyy} {back.MatchesHostname("mote.example")} {back.MatchesHostname("other.example")}");
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(back);
        Check.Say("chain", $"{chain.Build(back)} {chain.ChainElements.Count}");
        using X509Chain untrusted = new();
        untrusted.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        Check.Say("untrusted", $"{untrusted.Build(back)} {untrusted.ChainStatus[0].Status}");
        using X509Store roots = new(StoreName.Root, StoreLocation.LocalMachine);
        roots.Open(OpenFlags.ReadOnly);
        Check.Say("trusted roots", roots.Certificates.Count);
    }
}
