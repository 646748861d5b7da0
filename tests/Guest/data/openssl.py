# What comes with --rule python:ssl: hashing through OpenSSL, and a TLS context.
import hashlib
import ssl

print(hashlib.pbkdf2_hmac("sha256", b"secret", b"salt", 1000).hex())
print(hashlib.new("sha512_256", b"mote").hexdigest(), hashlib.scrypt(b"pw", salt=b"salt", n=16, r=8, p=1).hex())
print(ssl.OPENSSL_VERSION, ssl.create_default_context().verify_mode)
