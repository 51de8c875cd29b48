"""The AWS that Karpenter asks: moto in this process, with what it lacks.

    python3 cloud.py <port of AWS> <port of prices> <cluster> <file with prices: {"c6a.large": 0.0765, ...}>

It prints "ready" once everything that a fleet needs is there: subnets and a security group with the discovery tag, the
nodes' role, the EKS cluster, and an Amazon Machine Image for each architecture.
"""

import json
import re
import sys
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.ec2.responses.spot_instances import SpotInstances
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.ssm.models import Parameter, SimpleSystemManagerBackend
from werkzeug.serving import make_server

ACCOUNT = "123456789012"
REGION = "us-east-1"
KUBERNETES = "1.36"
# What Spot costs of on-demand: moto says the same 0.00001 for every type, so that none would be cheaper than another.
SPOT_SHARE = 0.35

aws_port, price_port, cluster, price_file = sys.argv[1:5]
with open(price_file, encoding="utf8") as file:
    prices = json.load(file)


def describe_spot_price_history(self):
    """Spot prices that differ by type, of today."""
    wanted = self._get_param("InstanceTypes", [])
    offers = self.ec2_backend.describe_spot_price_history(wanted, self._filters_from_querystring())
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    history = [
        {
            "InstanceType": offer["InstanceType"],
            "ProductDescription": "Linux/UNIX",
            "SpotPrice": f"{prices[offer['InstanceType']] * SPOT_SHARE:.6f}",
            "AvailabilityZone": offer["Location"],
            "Timestamp": now,
        }
        for offer in offers
        if offer["InstanceType"] in prices
    ]
    return ActionResult({"SpotPriceHistory": history})


SpotInstances.describe_spot_price_history = describe_spot_price_history

# Capacity that is paid for: two machines of one type in one zone.
RESERVATION = {
    "CapacityReservationId": "cr-0123456789abcdef0",
    "OwnerId": ACCOUNT,
    "InstanceType": "m6a.4xlarge",
    "InstancePlatform": "Linux/UNIX",
    "AvailabilityZone": f"{REGION}b",
    "Tenancy": "default",
    "TotalInstanceCount": 2,
    "AvailableInstanceCount": 2,
    "State": "active",
    "EndDateType": "unlimited",
    "InstanceMatchCriteria": "targeted",
    "ReservationType": "default",
    "Tags": [{"Key": "reserved-for", "Value": "ci"}],
}


def describe_capacity_reservations(self):
    """The one reservation, where IDs and filters select it: moto has none."""
    ids = self._get_param("CapacityReservationIds", [])
    said = {
        "state": RESERVATION["State"],
        "owner-id": RESERVATION["OwnerId"],
        "instance-match-criteria": RESERVATION["InstanceMatchCriteria"],
        **{f"tag:{tag['Key']}": tag["Value"] for tag in RESERVATION["Tags"]},
    }
    filters = self._filters_from_querystring()
    is_meant = not ids or RESERVATION["CapacityReservationId"] in ids
    is_found = is_meant and all(said.get(name) in values for name, values in filters.items())
    return ActionResult({"CapacityReservations": [RESERVATION] if is_found else []})


SpotInstances.describe_capacity_reservations = describe_capacity_reservations

images: dict[str, str] = {}
AMI_PARAMETER = re.compile(r"/aws/service/eks/optimized-ami/[^/]+/amazon-linux-2023/([^/]+/[^/]+)/")
BOTTLEROCKET_PARAMETER = re.compile(r"/aws/service/bottlerocket/aws-k8s-[\d.]+/([^/]+)/[^/]+/image_id$")
# Images of Amazon Linux 2023 for EKS: for GPUs and for Neuron there are images of their own.
AMI_KINDS = ("x86_64/standard", "arm64/standard", "x86_64/nvidia", "arm64/nvidia", "x86_64/neuron")
BOTTLEROCKET_KINDS = ("x86_64/bottlerocket", "arm64/bottlerocket")
get_parameter = SimpleSystemManagerBackend.get_parameter


def image_kind(name):
    """Which of the images a parameter of AWS is about; None for any other parameter."""
    if match := AMI_PARAMETER.match(name):
        return match[1]
    match = BOTTLEROCKET_PARAMETER.match(name)
    return f"{match[1]}/bottlerocket" if match else None


def get_parameter_or_image(self, name):
    """Parameters of AWS are under a reserved prefix, and can't be put: answered from the images that are here."""
    kind = image_kind(name)
    if kind not in images:
        return get_parameter(self, name)
    return Parameter(
        account_id=ACCOUNT,
        name=name,
        value=images[kind],
        parameter_type="String",
        description="",
        allowed_pattern=None,
        keyid=None,
        last_modified_date=0,
        version=1,
        data_type="text",
    )


SimpleSystemManagerBackend.get_parameter = get_parameter_or_image


class Prices(BaseHTTPRequestHandler):
    """
    GetProducts of the pricing service, which moto does not have: bare metal is asked for on its own. Tests read the launch
    templates here, as JSON.
    """

    def do_GET(self):
        templates = ec2_backends[ACCOUNT][REGION].launch_templates.values()
        data = [{"name": template.name, "data": template.default_version().data} for template in templates]
        self.answer(json.dumps(data, default=str))

    def do_POST(self):
        request = self.rfile.read(int(self.headers["Content-Length"])).decode("utf8")
        metal = "bare metal" in request
        products = [price_item(name, usd) for name, usd in prices.items() if ("metal" in name) == metal]
        self.answer(json.dumps({"FormatVersion": "aws_v1", "PriceList": products}))

    def answer(self, text):
        body = text.encode("utf8")
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Nothing: Karpenter's own log says what it asked."""


def price_item(name, usd):
    dimension = {"d": {"pricePerUnit": {"USD": str(usd)}}}
    return json.dumps(
        {
            "product": {"attributes": {"instanceType": name}},
            "terms": {"OnDemand": {"t": {"priceDimensions": dimension}}},
        }
    )


def client(service):
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=f"http://127.0.0.1:{aws_port}",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def provision():
    ec2, iam, eks = client("ec2"), client("iam"), client("eks")
    tags = [{"Key": "karpenter.sh/discovery", "Value": cluster}]
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]]
    groups = [group["GroupId"] for group in ec2.describe_security_groups()["SecurityGroups"]]
    ec2.create_tags(Resources=subnets + groups, Tags=tags)
    role = f"KarpenterNodeRole-{cluster}"
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    eks.create_cluster(name=cluster, roleArn=arn, version=KUBERNETES, resourcesVpcConfig={"subnetIds": subnets[:2]})
    backend = ec2_backends[ACCOUNT][REGION]
    for kind in AMI_KINDS + BOTTLEROCKET_KINDS:
        architecture, variant = kind.split("/")
        name = f"amazon-eks-node-al2023-{architecture}-{variant}-{KUBERNETES}"
        if kind in BOTTLEROCKET_KINDS:
            name = f"bottlerocket-aws-k8s-{KUBERNETES}-{architecture}"
        images[kind] = ec2.register_image(Name=name)["ImageId"]
        # register_image forgets it.
        backend.amis[images[kind]].architecture = architecture
    # An image of one's own, as classes of runner with devices select it by a tag.
    own = ec2.register_image(Name="video")["ImageId"]
    backend.amis[own].architecture = "x86_64"
    ec2.create_tags(Resources=[own], Tags=[{"Key": "driver", "Value": "xilinx-u30"}])


aws = make_server("127.0.0.1", int(aws_port), DomainDispatcherApplication(create_backend_app), threaded=True)
threading.Thread(target=aws.serve_forever, daemon=True).start()
threading.Thread(
    target=ThreadingHTTPServer(("127.0.0.1", int(price_port)), Prices).serve_forever, daemon=True
).start()
provision()
print("ready", flush=True)
threading.Event().wait()
