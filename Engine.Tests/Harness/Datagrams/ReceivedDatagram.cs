// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Tests.Harness.Datagrams;

/// <summary>One datagram and who sent it.</summary>
internal sealed record ReceivedDatagram(byte[] Payload, IPEndPoint From);
